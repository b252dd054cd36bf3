"""Comments and configuration silence what a run finds, as they do for `check`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")

FAILING = """\
import torch
x = torch.ones(2, requires_grad=True)
y = x.exp()
y += 1
y.sum().backward()
"""


def findings(folder: Path, *program: str) -> list[dict[str, object]]:
    out = folder / "found.json"
    command = ["-m", "autograd_lint", "run", "--output-format", "json", "-o", str(out), *program]
    run = subprocess.run([sys.executable, *command], cwd=folder, capture_output=True, check=False)
    assert run.returncode == 1
    found: list[dict[str, object]] = json.loads(out.read_text())
    return found


def test_a_finding_stands_without_either(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILING)

    assert [found["code"] for found in findings(tmp_path, "train.py")] == ["AGL102"]


@pytest.mark.parametrize(
    "comment", ["# noqa: AGL102", "# noqa", "# autograd-lint: ignore[saved-tensor-modified]"]
)
def test_a_comment_on_the_line_silences(tmp_path: Path, comment: str) -> None:
    (tmp_path / "train.py").write_text(FAILING.replace("y += 1", f"y += 1  {comment}"))

    assert findings(tmp_path, "train.py") == []


def test_a_comment_that_names_another_rule_does_not(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILING.replace("y += 1", "y += 1  # noqa: AGL101"))

    assert len(findings(tmp_path, "train.py")) == 1


@pytest.mark.parametrize(
    "setting", ['ignore = ["AGL1"]', 'per-file-ignores = {"train.py" = ["AGL102"]}']
)
def test_the_configuration_silences(tmp_path: Path, setting: str) -> None:
    (tmp_path / "train.py").write_text(FAILING)
    (tmp_path / "autograd-lint.toml").write_text(setting)

    assert findings(tmp_path, "train.py") == []


def test_a_broken_configuration_silences_nothing(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(FAILING)
    (tmp_path / "autograd-lint.toml").write_text("ignore = 3")

    assert len(findings(tmp_path, "train.py")) == 1


def notebook(*cells: str) -> str:
    made = [
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": cell,
        }
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_of_a_notebook_cells_are_named_and_magics_left_out(tmp_path: Path) -> None:
    first, second = FAILING.splitlines(keepends=True)[:2], FAILING.splitlines(keepends=True)[2:]
    text = notebook("%matplotlib inline\n" + "".join(first), "".join(second))
    (tmp_path / "train.ipynb").write_text(text)

    (found,) = findings(tmp_path, "train.ipynb")

    assert (found["cell"], found["location"]) == (2, {"column": 1, "row": 2})
    assert "in line 1" in str(found["message"])


def test_a_comment_in_a_cell_silences(tmp_path: Path) -> None:
    text = notebook(FAILING.replace("y += 1", "y += 1  # noqa: AGL102"))
    (tmp_path / "train.ipynb").write_text(text)

    assert findings(tmp_path, "train.ipynb") == []
