"""The plugin, as flake8 itself loads and runs it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

LEAF = "import torch\n\nbad = torch.zeros(2, requires_grad=True)\nbad[0] = 1.0\n"

pytestmark = pytest.mark.skipif(
    "AGL" not in {point.name for point in entry_points(group="flake8.extension")},
    reason="installed before it had its entry point",
)


def flake8(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "flake8", "--isolated", "--select", "AGL", *arguments)
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True)


def test_flake8_reports_the_finding_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LEAF)

    done = flake8("train.py", cwd=tmp_path)

    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("train.py:4:1: AGL101 ")
    assert "\n" not in line


def test_it_reads_what_flake8_reads_from_stdin(tmp_path: Path) -> None:
    done = flake8("--stdin-display-name", "unsaved.py", "-", cwd=tmp_path, stdin=LEAF)

    assert done.stdout.startswith("unsaved.py:4:1: AGL101 ")


def test_a_noqa_of_flake8_silences_it(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LEAF.replace("1.0\n", "1.0  # noqa: AGL101\n"))

    assert flake8("train.py", cwd=tmp_path).returncode == 0


def test_flake8_can_leave_a_rule_out(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LEAF)

    assert flake8("--extend-ignore", "AGL101", "train.py", cwd=tmp_path).returncode == 0


def test_our_own_configuration_holds_too(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(LEAF)
    (tmp_path / "pyproject.toml").write_text('[tool.autograd-lint]\nselect = ["AGL2"]\n')

    assert flake8("train.py", cwd=tmp_path).returncode == 0


def test_columns_are_characters_also_behind_wide_ones(tmp_path: Path) -> None:
    text = 'import torch\n\nbad = torch.zeros(2, requires_grad=True)\n"🔥🔥"; bad[0] = 1.0\n'
    (tmp_path / "train.py").write_text(text, encoding="utf-8")

    assert flake8("train.py", cwd=tmp_path).stdout.startswith("train.py:4:7: AGL101 ")


def test_findings_of_an_imported_file_are_told_of_there(tmp_path: Path) -> None:
    (tmp_path / "part.py").write_text(
        "import torch\n\n\ndef spoil():\n    bad = torch.zeros(2, requires_grad=True)\n"
        "    bad[0] = 1.0\n    return bad\n"
    )
    (tmp_path / "main.py").write_text("import torch\nfrom part import spoil\n\nspoil()\n")

    assert flake8("main.py", cwd=tmp_path).stdout == ""
    assert flake8("part.py", "main.py", cwd=tmp_path).stdout.startswith("part.py:6:5: AGL101 ")
