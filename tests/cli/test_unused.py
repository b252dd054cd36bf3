"""AGL901 and AGL902: comments that silence nothing, and when nothing may be said of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import autograd_lint
from autograd_lint.source import edited

Write = Callable[[str, str], Path]
Run = Callable[..., Result]


def told(run: Run, *arguments: str) -> list[dict[str, Any]]:
    found = json.loads(run("check", "--output-format", "json", *arguments).stdout)
    return [finding for finding in found if finding["code"].startswith("AGL90")]


def lines(run: Run, *arguments: str) -> list[tuple[str, int]]:
    return [(finding["code"], finding["location"]["row"]) for finding in told(run, *arguments)]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# noqa: AGL101", "`AGL101` has nothing to silence here"),
        ("# noqa: E501, agl101", "`agl101` has nothing to silence here"),
        ("# noqa: AGL1", "`AGL1` has nothing to silence here"),
        ("# noqa: leaf-inplace", "`leaf-inplace` has nothing to silence here"),
        ("# noqa: AGL101, AGL201", "`AGL101` and `AGL201` have nothing to silence here"),
        ("# autograd-lint: ignore[AGL101]", "`AGL101` has nothing to silence here"),
    ],
)
def test_a_comment_that_silences_nothing_is_told_of(
    write: Write, run: Run, comment: str, message: str
) -> None:
    write("a.py", f"x = 1  {comment}\n")
    (found,) = told(run)
    assert (found["code"], found["severity"], found["message"]) == ("AGL901", "info", message)


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: E501",
        "x = 1  # noqa: because of AGLs",
        "x = 1  # autograd-lint: ignore",
        "LEAF  # noqa: AGL101",
        "LEAF  # noqa: AGL1",
        "MAYBE  # noqa: AGL206",
        "x = (\n    LEAF,\n)  # noqa: AGL101",
        "x = 1  # noqa: AGL101, AGL901",
        "x = 1  # noqa: AGL900",
        "x = 1  # noqa: AGL101  # autograd-lint: ignore",
        "x = '# noqa: AGL101'",
    ],
)
def test_other_comments_and_needed_ones_are_not_told_of(write: Write, run: Run, line: str) -> None:
    write("a.py", f"{line}\n")
    assert told(run) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--select AGL1,AGL9", ["AGL901"]),
        ("--select AGL2,AGL9", []),
        ("--ignore AGL101", []),
        ("--ignore AGL901", []),
    ],
)
def test_of_a_rule_that_is_off_nothing_is_told(
    write: Write, run: Run, arguments: str, expected: list[str]
) -> None:
    write("a.py", "x = 1  # noqa: AGL101\n")
    assert [code for code, _ in lines(run, *arguments.split())] == expected


def test_of_a_rule_that_is_ignored_in_the_file_nothing_is_told(write: Write, run: Run) -> None:
    write("pyproject.toml", '[tool.autograd-lint.per-file-ignores]\n"a.py" = ["AGL101"]\n')
    write("a.py", "x = 1  # noqa: AGL101\n")
    write("b.py", "x = 1  # noqa: AGL101\n")
    assert [Path(finding["filename"]).name for finding in told(run)] == ["b.py"]


def test_of_what_was_not_analysed_to_its_end_nothing_is_told(write: Write, run: Run) -> None:
    write("given_up.py", "GIVE_UP\nx = 1  # noqa: AGL101\n")
    write("crash.py", "CRASH\nx = 1  # noqa: AGL101\n")
    write("unreached.py", "UNREACHED = 1  # noqa: AGL101\nx = 1  # noqa: AGL201\n")
    cells = ["import torch\nx = 1  # noqa: AGL101", "def f(:"]
    listed = [{"cell_type": "code", "source": cell} for cell in cells]
    write("a.ipynb", json.dumps({"cells": listed}))
    assert [Path(f["filename"]).name for f in told(run) if f["code"] == "AGL901"] == [
        "unreached.py"
    ]


def test_a_whole_file_is_told_of_only_where_everything_was_executed(write: Write, run: Run) -> None:
    text = "# autograd-lint: ignore-file[AGL101]\n'''Text.'''\ndef f():\n    return {}\n"
    write("a.py", text.format("1"))
    write("b.py", text.format("UNREACHED"))
    assert [Path(finding["filename"]).name for finding in told(run)] == ["a.py"]


def test_an_importing_file_may_need_it(write: Write, run: Run) -> None:
    write("a.py", "import torch\nNEIGHBOUR = 1\nimport other\n")
    write("other.py", "LEAF = 1  # noqa: AGL101\nx = 1  # noqa: AGL201\n")
    assert lines(run) == [("AGL901", 3)]
    assert lines(run, "a.py") == []


@pytest.mark.parametrize(
    "text",
    [
        "import other\n",
        "from package import (\n    something,\n    other,\n)\n",
        "importlib.import_module('other')\n",
        "import between\n",
    ],
)
def test_a_file_that_others_use_is_told_of_only_together_with_them(
    write: Write, run: Run, text: str
) -> None:
    write("other.py", "x = 1  # noqa: AGL101\n")
    write("between.py", "from other import *\n" if "between" in text else "")
    write("user.py", text)
    assert lines(run) == [("AGL901", 2)]
    assert lines(run, "other.py") == []
    assert lines(run, "other.py", "user.py", "between.py") == [("AGL901", 2)]
    write("user.py", f"{text}GIVE_UP\n")
    assert lines(run) == []


@pytest.mark.parametrize(
    ("line", "fixed"),
    [
        ("x = 1  # noqa: AGL101", "x = 1"),
        ("x = 1  # why  # noqa: AGL101", "x = 1  # why"),
        ("x = 1  # noqa: AGL101  # why", "x = 1  # why"),
        ("x = 1  # noqa: AGL101, E501", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: E501, AGL101", "x = 1  # noqa: E501"),
        ("x = 1  # noqa: E501 AGL101 AGL201", "x = 1  # noqa: E501"),
        ("LEAF  # noqa: AGL201,AGL101", "LEAF  # noqa: AGL101"),
        ("x = 1  # autograd-lint: ignore[AGL101]", "x = 1"),
        ("LEAF  # autograd-lint: ignore[AGL201, AGL101]", "LEAF  # autograd-lint: ignore[AGL101]"),
        ("x = 1  # noqa: AGL101 for now", None),
        ("x = 1  # autograd-lint: ignore[AGL101] for now", None),
    ],
)
def test_the_fix_takes_out_what_is_not_needed_and_nothing_else(
    write: Write, run: Run, line: str, fixed: str | None
) -> None:
    path = write("a.py", f"{line}\n")
    (found,) = autograd_lint.check([path])
    assert found.code == "AGL901"
    if fixed is None:
        assert found.fix is None
    else:
        assert found.fix is not None
        assert found.fix.applicability is autograd_lint.Applicability.SAFE
        after = edited(path.read_bytes(), path, "a.py", found.fix.edits)
        assert after.decode() == f"import torch\n{fixed}\n"


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# noqa: AGL110", "there is no rule `AGL110`, so this silences nothing"),
        ("# noqa: agl9", None),
        ("# noqa: AGLX", None),
        ("# noqa: E999, leaf-in-place", None),
        ("# autograd-lint: ignore[leaf-in-place]", "did you mean `leaf-inplace`?"),
        ("# autograd-lint: ignore[E501]", "there is no rule `E501`"),
        ("# noqa: AGL110, AGL902", None),
    ],
)
def test_a_code_that_does_not_exist_is_told_of(
    write: Write, run: Run, comment: str, message: str | None
) -> None:
    write("a.py", f"LEAF  {comment}\n")
    found = told(run)
    if message is None:
        assert found == []
    else:
        assert [(finding["code"], finding["severity"]) for finding in found] == [
            ("AGL902", "warning")
        ]
        assert message in found[0]["message"]


def test_fixing_removes_the_comments(write: Write, run: Run) -> None:
    path = write("a.py", "x = 1  # noqa: AGL101\nLEAF  # noqa: AGL101, AGL201\nTWICE\n")
    result = run("check", "--fix", "--output-format", "concise")
    assert path.read_text() == "import torch\nx = 1\nLEAF  # noqa: AGL101\nTWICE\n"
    assert result.stdout.startswith("a.py:4:1: AGL201")
    assert "AGL901" not in result.stdout
