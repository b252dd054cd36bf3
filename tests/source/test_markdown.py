"""Markdown: fenced Python and doctest sessions, and the way back to line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograd_lint.source import SourceFile, from_text

README = Path("README.md").absolute()


def source_of(*lines: str) -> SourceFile:
    return from_text("\n".join(lines) + "\n", README, "README.md")


def test_only_fences_marked_as_python_are_read() -> None:
    source = source_of("```python", "x = 1", "```", "```", "no", "```", "~~~py", "y = 2", "~~~")
    assert source.text == "x = 1\ny = 2\n"
    assert source.place((2, 0, 2, 1)).line == 8


@pytest.mark.parametrize(
    "info", ["python", "py", "Python3", "{.python}", "python title='x'", "pycon"]
)
def test_python_goes_by_many_names(info: str) -> None:
    assert source_of(f"```{info}", "x = 1", "```").text == "x = 1\n"


@pytest.mark.parametrize("info", ["pythonic", "bash", "text", "pytb"])
def test_other_languages_are_not_read(info: str) -> None:
    assert source_of(f"```{info}", "x = 1", "```").text == ""


def test_a_block_in_a_list_loses_its_indentation_and_keeps_its_columns() -> None:
    source = source_of("- item", "", "  ```python", "  if x:", "      y = 2", "  ```")
    assert source.text == "if x:\n    y = 2\n"
    place = source.place((2, 4, 2, 9))
    assert (place.line, place.column, place.end_column) == (5, 7, 12)


def test_of_a_session_what_was_typed_in_is_read() -> None:
    source = source_of("```pycon", ">>> x = 1", ">>> x", "1", ">>> for i in x:", "...     i", "```")
    assert source.text == "x = 1\nx\n\nfor i in x:\n    i\n"
    assert source.place((1, 0, 1, 5)).column == 5


def test_a_longer_fence_holds_a_shorter_one() -> None:
    assert source_of("````python", "s = 1", "```", "````").text == "s = 1\n```\n"


def test_an_unclosed_fence_goes_to_the_end() -> None:
    assert source_of("```python", "x = 1").text == "x = 1\n"
