"""Comments that ask for silence, and strings that only look like them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Write = Callable[[str, str], Path]
Run = Callable[..., Result]


def codes(run: Run) -> list[str]:
    found = json.loads(run("check", "--ignore", "AGL901", "--output-format", "json").stdout)
    return [finding["code"] for finding in found]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa", "#noqa", "# NOQA", "# noqa: AGL101", "# noqa:AGL101", "# noqa: E501, AGL101",
        "# noqa: E501 AGL101", "# noqa: leaf-inplace", "# noqa: AGL1", "# noqa: agl101",
        "# why  # noqa: AGL101", "# autograd-lint: ignore", "# autograd-lint: ignore[AGL101]",
        "# autograd-lint: ignore[AGL201, leaf-inplace]", "# autograd-lint:ignore[AGL1]",
    ],
)  # fmt: skip
def test_a_comment_silences_its_line(write: Write, run: Run, comment: str) -> None:
    write("a.py", f"LEAF = 1  {comment}\n")
    assert codes(run) == []
    assert "1 finding suppressed" in run("check").stdout


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: E501", "# noqa: AGL201", "# noqa: AGL2", "# noqa: A", "# noqas", "# no qa",
        "# autograd-lint: ignore[AGL201]", "# autograd-lint: ignored", "; s = '# noqa'",
        "; s = '# autograd-lint: ignore-file'",
    ],
)  # fmt: skip
def test_other_comments_silence_nothing(write: Write, run: Run, comment: str) -> None:
    write("a.py", f"LEAF = 1  {comment}\n")
    assert codes(run) == ["AGL101"]


def test_any_line_of_the_statement_may_carry_the_comment(write: Write, run: Run) -> None:
    write("a.py", "x = (\n    LEAF,\n    2,\n)  # noqa: AGL101\nLEAF\n# noqa\nLEAF\n")
    assert codes(run) == ["AGL101", "AGL101"]


def test_a_string_over_several_lines_holds_no_comment(write: Write, run: Run) -> None:
    write("a.py", "x = '''\n# noqa\n# autograd-lint: ignore-file\n'''; LEAF\n")
    assert codes(run) == ["AGL101"]


def test_a_file_can_be_ignored(write: Write, run: Run) -> None:
    write("a.py", "LEAF = TWICE\n# autograd-lint: ignore-file\n")
    assert codes(run) == []


def test_a_file_can_be_ignored_for_a_rule(write: Write, run: Run) -> None:
    write("a.py", "# autograd-lint: ignore-file[AGL101]\nLEAF = TWICE\n")
    assert codes(run) == ["AGL201"]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("# autograd-lint: noqa", []),
        ("# autograd-lint: noqa: AGL101", ["AGL201"]),
        ("# autograd-lint: NOQA: leaf-inplace, E501", ["AGL201"]),
        ("def f():\n    # autograd-lint: noqa: AGL2\n    pass", ["AGL101"]),
        ("x = 1  # autograd-lint: noqa", ["AGL101", "AGL201"]),
        ("# ruff: noqa", ["AGL101", "AGL201"]),
    ],
)
def test_noqa_for_a_file_stands_on_a_line_of_its_own(
    write: Write, run: Run, comment: str, left: list[str]
) -> None:
    write("a.py", f"LEAF = TWICE\n{comment}\n")
    assert codes(run) == left


def test_several_comments_in_one_all_count(write: Write, run: Run) -> None:
    write("a.py", "LEAF = TWICE  # autograd-lint: ignore[AGL101]  # noqa: AGL201\n")
    assert codes(run) == []


def test_in_a_notebook_the_line_counts_in_its_cell(write: Write, run: Run) -> None:
    cells = ["import torch\nLEAF", "%time x\nLEAF  # noqa", "LEAF\nLEAF # noqa: AGL101"]
    listed = [{"cell_type": "code", "source": cell} for cell in cells]
    write("a.ipynb", json.dumps({"cells": listed}))
    found = json.loads(run("check", "--output-format", "json").stdout)
    assert [(f["cell"], f["location"]["row"]) for f in found] == [(1, 2), (3, 1)]


def test_in_markdown_the_line_counts_in_the_file(write: Write, run: Run) -> None:
    write("a.md", "text\n```python\nimport torch\nLEAF\nLEAF  # noqa\n```\n")
    found = json.loads(run("check", "--output-format", "json").stdout)
    assert [f["location"]["row"] for f in found] == [4]
