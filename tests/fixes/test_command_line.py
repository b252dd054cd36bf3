"""`check --fix`, `--unsafe-fixes` and `--diff`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograd_lint import cli

SAFE = """import torch

model = torch.nn.Linear(2, 2)
model.requires_grad = False
"""
SAFE_FIXED = SAFE.replace(".requires_grad = False", ".requires_grad_(False)")
UNSAFE = """import torch

w = torch.zeros(3, requires_grad=True)
w.fill_(1.0)
"""
UNSAFE_FIXED = UNSAFE.replace("w.fill_", "with torch.no_grad():\n    w.fill_")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "safe.py").write_text(SAFE)
    (tmp_path / "unsafe.py").write_text(UNSAFE)
    return tmp_path


def check(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli.main, ["check", *arguments], input=stdin)


def test_without_fix_nothing_is_written_and_what_could_be_is_told(folder: Path) -> None:
    result = check()

    assert "1 fixable with --fix (2 with --unsafe-fixes).\n" in result.stdout
    assert "  = fix: Call `requires_grad_` (--fix)\n" in result.stdout
    assert "  = fix: Write under `torch.no_grad()` (--fix --unsafe-fixes)\n" in result.stdout
    assert (folder / "safe.py").read_text() == SAFE
    assert check("--unsafe-fixes").stdout == result.stdout
    assert (folder / "unsafe.py").read_text() == UNSAFE


def test_fix_makes_safe_fixes_and_tells_what_remains(folder: Path) -> None:
    result = check("--fix", "--output-format", "concise")

    assert result.exit_code == 1
    assert (folder / "safe.py").read_text() == SAFE_FIXED
    assert (folder / "unsafe.py").read_text() == UNSAFE
    assert "1 fixed, 1 remaining; 1 fixable with --unsafe-fixes.\n" in result.stdout
    assert "safe.py:4:1: AGL406" not in result.stdout


def test_unsafe_fixes_are_made_when_asked_for(folder: Path) -> None:
    result = check("--fix", "--unsafe-fixes")

    assert result.exit_code == 0
    assert (folder / "unsafe.py").read_text() == UNSAFE_FIXED
    assert "2 fixed, 0 remaining.\n" in result.stdout


def test_a_second_run_changes_nothing(folder: Path) -> None:
    check("--fix", "--unsafe-fixes")
    written = (folder / "unsafe.py").stat().st_mtime_ns

    assert "0 fixed, 0 remaining.\n" in check("--fix", "--unsafe-fixes").stdout
    assert (folder / "unsafe.py").stat().st_mtime_ns == written


def test_diff_shows_and_writes_nothing(folder: Path) -> None:
    result = check("--diff")

    assert result.exit_code == 1
    assert result.stdout == (
        "--- safe.py\n+++ safe.py\n@@ -1,4 +1,4 @@\n import torch\n \n"
        " model = torch.nn.Linear(2, 2)\n"
        "-model.requires_grad = False\n+model.requires_grad_(False)\n"
    )
    assert result.stderr == "Would fix 1 finding.\n"
    assert (folder / "safe.py").read_text() == SAFE


def test_diff_without_changes_is_empty() -> None:
    result = check("--diff", "unsafe.py")

    assert (result.exit_code, result.stdout) == (0, "")


def test_stdin_is_fixed_to_stdout() -> None:
    result = check("--fix", "-", stdin=SAFE)

    assert result.exit_code == 0
    assert result.stdout == SAFE_FIXED
    assert "1 fixed, 0 remaining.\n" in result.stderr


def test_stdin_without_fixes_comes_out_as_it_went_in() -> None:
    result = check("--fix", "-", "--stdin-filename", "a.py", stdin=UNSAFE)

    assert result.exit_code == 1
    assert result.stdout == UNSAFE
    assert "a.py:4:1: AGL101" in result.stderr


def test_stdin_as_a_diff() -> None:
    result = check("--diff", "-", stdin=SAFE)

    assert result.exit_code == 1
    assert result.stdout.startswith("--- <stdin>\n+++ <stdin>\n")


def test_the_configuration_asks_for_fixes(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.autograd-lint]\nfix = true\nunsafe-fixes = true")

    assert check().exit_code == 0
    assert (folder / "safe.py").read_text() == SAFE_FIXED
    assert (folder / "unsafe.py").read_text() == UNSAFE_FIXED


def test_the_nearest_configuration_of_each_file_asks_for_fixes(folder: Path) -> None:
    for name, keys in (("a", ""), ("b", "fix = true"), ("c", "fix = true\nunsafe-fixes = true")):
        (folder / name).mkdir()
        (folder / name / "autograd-lint.toml").write_text(keys)
        (folder / name / "safe.py").write_text(SAFE)
        (folder / name / "unsafe.py").write_text(UNSAFE)

    assert "3 fixed, 5 remaining; " in check().stdout

    def read(name: str) -> str:
        return (folder / name).read_text()

    assert (read("safe.py"), read("a/safe.py")) == (SAFE, SAFE)
    assert (read("b/safe.py"), read("b/unsafe.py")) == (SAFE_FIXED, UNSAFE)
    assert (read("c/safe.py"), read("c/unsafe.py")) == (SAFE_FIXED, UNSAFE_FIXED)


def test_only_rules_that_are_on_are_fixed(folder: Path) -> None:
    check("--fix", "--select", "AGL1")

    assert (folder / "safe.py").read_text() == SAFE


RAISES = """import torch

model = torch.nn.Linear(2, 2)
hidden = torch.sigmoid(model(torch.ones(1, 2)))
hidden *= 0.5
hidden.sum().backward()
model.requires_grad = False
"""
RAISES_FIXED = RAISES.replace("hidden *= 0.5", "hidden = hidden * 0.5")


def test_what_the_program_then_comes_to_is_fixed_if_its_rule_is_on(folder: Path) -> None:
    (folder / "raises.py").write_text(RAISES)
    check("--fix", "--ignore", "AGL4", "raises.py")
    assert (folder / "raises.py").read_text() == RAISES_FIXED

    (folder / "raises.py").write_text(RAISES)
    check("--fix", "raises.py")
    assert (folder / "raises.py").read_text() == RAISES_FIXED.replace(
        ".requires_grad = False", ".requires_grad_(False)"
    )


def test_what_is_known_is_not_fixed(folder: Path) -> None:
    check("--write-baseline", "known.json")
    more = SAFE + "other = torch.nn.Linear(3, 3)\nother.requires_grad = False\n"
    (folder / "safe.py").write_text(more)

    check("--fix", "--baseline", "known.json")

    assert (folder / "safe.py").read_text() == more.replace(
        "other.requires_grad = False", "other.requires_grad_(False)"
    )


def test_what_a_checked_file_imports_is_not_written(folder: Path) -> None:
    (folder / "helper.py").write_text(
        "import torch\n\ndef fill(w):\n    w.fill_(1.0)\n    return w\n"
    )
    (folder / "main.py").write_text(
        "import torch\nfrom helper import fill\n\nfill(torch.zeros(3, requires_grad=True))\n"
    )
    before = (folder / "helper.py").read_text()

    assert check("--fix", "--unsafe-fixes", "main.py").exit_code == 1
    assert (folder / "helper.py").read_text() == before
    assert check("--fix", "--unsafe-fixes", "main.py", "helper.py").exit_code == 0
    assert "with torch.no_grad():" in (folder / "helper.py").read_text()


def test_json_carries_the_fix_as_ruff_does() -> None:
    [found] = json.loads(check("safe.py", "--output-format", "json").stdout)

    assert found["fix"] == {
        "applicability": "safe",
        "message": "Call `requires_grad_`",
        "edits": [
            {
                "content": "requires_grad_(",
                "location": {"row": 4, "column": 7},
                "end_location": {"row": 4, "column": 23},
            },
            {
                "content": ")",
                "location": {"row": 4, "column": 28},
                "end_location": {"row": 4, "column": 28},
            },
        ],
    }


def test_a_file_that_cannot_be_written_is_an_error(folder: Path) -> None:
    (folder / "safe.py").chmod(0o444)
    try:
        (folder / "safe.py").write_text(SAFE)
    except OSError:
        result = check("--fix", "safe.py")
        assert result.exit_code == 2
        assert result.stderr.startswith("autograd-lint: safe.py: ")
    else:
        pytest.skip("this user may write everything")
