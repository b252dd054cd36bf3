"""Notebooks: code cells in order, IPython taken out, and the way back to cell and line."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lint.source import SourceFile, Unreadable, from_text
from autograd_lint.source.ipython import without_magics

NOTEBOOK = Path("gradients.ipynb").absolute()


def notebook(*cells: tuple[str, str | list[str]], **top: Any) -> str:
    listed = [{"cell_type": kind, "source": source, "metadata": {}} for kind, source in cells]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, **top})


def source_of(text: str) -> SourceFile:
    return from_text(text, NOTEBOOK, "gradients.ipynb")


def test_cells_are_counted_with_those_that_hold_no_code() -> None:
    source = source_of(
        notebook(
            ("markdown", "# T"), ("code", "a = 1"), ("raw", "x"), ("code", ["b = 2\n", "c = 3"])
        )
    )
    assert source.text == "a = 1\nb = 2\nc = 3\n"
    assert [(block.cell, block.first_line) for block in source.blocks] == [(2, 1), (4, 2)]
    place = source.place((3, 0, 3, 5))
    assert (place.cell, place.line, place.column, place.end_column) == (4, 2, 1, 6)


def test_the_listing_shows_the_magics_that_the_analysis_does_not_see() -> None:
    source = source_of(notebook(("code", "%matplotlib inline\nx = 1")))
    assert source.text == "\nx = 1\n"
    assert source.listing[1] == ("%matplotlib inline", "x = 1")


def test_the_third_format_keeps_its_cells_in_worksheets() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": "x = 1"}]}
    assert source_of(json.dumps({"worksheets": [sheet], "nbformat": 3})).text == "x = 1\n"


@pytest.mark.parametrize("key", [("kernelspec", "language"), ("language_info", "name")])
def test_another_language_is_not_read_as_python(key: tuple[str, str]) -> None:
    text = notebook(("code", "x <- 1"), metadata={key[0]: {key[1]: "R"}})
    assert source_of(text).text == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "invalid JSON"),
        ("{", "invalid JSON"),
        ("[]", "not an object"),
        ("{}", "no list of cells"),
        ('{"cells": [3]}', "cell 1 is not an object"),
        ('{"cells": [{"cell_type": "code", "source": 3}]}', "source of cell 1"),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_a_broken_notebook_is_refused_in_one_line(text: str, part: str) -> None:
    with pytest.raises(Unreadable, match=part) as refused:
        source_of(text)
    assert "\n" not in refused.value.message


def test_lone_surrogates_do_not_reach_the_parser() -> None:
    text = source_of(r'{"cells": [{"cell_type": "code", "source": "s = \"\ud800\""}]}').text
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1\n", "\nx = 1\n"),
        ("!pip install a \\\n  b\nx = 1\n", "\n\nx = 1\n"),
        ("pip install torch\n", "\n"),
        ("?torch\ntorch.add?\ntorch.add??\n", "\n\n\n"),
        ("files = !ls\n", "files = get_ipython()\n"),
        ("data = %sql select 1\n", "data = get_ipython()\n"),
        ("%time loss.backward()\n", "None; loss.backward()\n"),
        ("%time for x in y: pass\n", "\n"),
        ("if x:\n    !ls\n", "if x:\n    pass\n"),
        ("%%time\nx = 1\n!ls\n", "\nx = 1\n\n"),
        ("%%bash\nls\n", "\n\n"),
        ("%%writefile a.py\nx = 1", "\n"),
        ("x = (3\n%4)\n", "x = (3\n%4)\n"),
        ("x = 3 \\\n% 4\n", "x = 3 \\\n% 4\n"),
        ("s = '''\n%x\n!y\n'''\n", "s = '''\n%x\n!y\n'''\n"),
        ("s = 'it''s' # '''\n%x\n", "s = 'it''s' # '''\n\n"),
        ("y = 1 if x != 2 else 3\n", "y = 1 if x != 2 else 3\n"),
    ],
)
def test_what_ipython_adds_is_blanked_where_it_starts_a_statement(cell: str, python: str) -> None:
    assert without_magics(cell) == python


@given(st.text(alphabet="%!?'\"#\\([)]\n =axinstall", max_size=60))
def test_blanking_keeps_the_lines_and_never_touches_valid_python(text: str) -> None:
    python = without_magics(text)
    assert python.count("\n") == text.count("\n")
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return
    assert python == text
