"""`--add-noqa`: every finding is silenced, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Write = Callable[[str, str], Path]
Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LEAF\n", "LEAF  # noqa: AGL101\n"),
        ("LEAF", "LEAF  # noqa: AGL101"),
        ("TWICE = LEAF\n", "TWICE = LEAF  # noqa: AGL101, AGL201\n"),
        ("LEAF  # why\n", "LEAF  # why  # noqa: AGL101\n"),
        ("LEAF  # noqa: E501\n", "LEAF  # noqa: E501, AGL101\n"),
        ("LEAF  # noqa: E501  # why\n", "LEAF  # noqa: E501, AGL101  # why\n"),
        ("LEAF  # noqa: E501 for now\n", "LEAF  # noqa: E501, AGL101 for now\n"),
        (
            "LEAF = TWICE  # autograd-lint: ignore[AGL201]\n",
            "LEAF = TWICE  # autograd-lint: ignore[AGL201]  # noqa: AGL101\n",
        ),
        ("x = (\n    LEAF,\n    2,\n)\n", "x = (\n    LEAF,  # noqa: AGL101\n    2,\n)\n"),
        (
            "x = (\n    LEAF,\n    2,\n)  # noqa: E501\n",
            "x = (\n    LEAF,\n    2,\n)  # noqa: E501, AGL101\n",
        ),
        ("f(LEAF, '''\na\n''')\n", "f(LEAF, '''\na\n''')  # noqa: AGL101\n"),
        ("f(LEAF, f'''\n{a}\n''', f'{b}')\n", "f(LEAF, f'''\n{a}\n''', f'{b}')  # noqa: AGL101\n"),
        ("x = LEAF + \\\n    1\n", "x = LEAF + \\\n    1  # noqa: AGL101\n"),
        ("for x in LEAF:\n    pass\n", "for x in LEAF:  # noqa: AGL101\n    pass\n"),
        ("LEAF  # noqa\n", "LEAF  # noqa\n"),
        ("LEAF = 'ä'\n", "LEAF = 'ä'  # noqa: AGL101\n"),
    ],
)
def test_a_comment_is_put_where_it_is_recognised(
    write: Write, run: Run, before: str, after: str
) -> None:
    path = write("a.py", before)
    assert run("check", "--add-noqa").exit_code == 0
    assert path.read_text(encoding="utf-8") == "import torch\n" + after
    assert run("check").exit_code == 0
    assert run("check", "--add-noqa").stdout == "Silenced 0 findings.\n"
    assert path.read_text(encoding="utf-8") == "import torch\n" + after


def test_bytes_that_are_not_the_comment_stay(run: Run) -> None:
    Path("a.py").write_bytes(b"\xef\xbb\xbfimport torch\r\nLEAF\r\n\x0cx = '\xc3\xa4'\nTWICE\r")
    assert run("check", "--add-noqa").stdout == "Silenced 2 findings.\n"
    assert Path("a.py").read_bytes() == (
        b"\xef\xbb\xbfimport torch\r\nLEAF  # noqa: AGL101\r\n\x0cx = '\xc3\xa4'\n"
        b"TWICE  # noqa: AGL201\r"
    )


def test_in_a_notebook_the_cell_alone_changes(run: Run) -> None:
    before = (
        '{"cells": [{"cell_type": "code", "outputs": [],\n'
        '   "source": ["import torch\\n", "LEAF\\n", "x = 1"]},\n'
        ' {"cell_type": "code", "source": "LEAF # noqa: AGL2"}], "nbformat": 4 }'
    )
    Path("a.ipynb").write_text(before)
    assert run("check", "--add-noqa").exit_code == 0
    after = before.replace('"LEAF\\n"', '"LEAF  # noqa: AGL101\\n"')
    assert Path("a.ipynb").read_text() == after.replace("AGL2", "AGL2, AGL101")
    assert "AGL1" not in run("check", "--output-format", "concise").stdout


def test_in_markdown_the_block_alone_changes(write: Write, run: Run) -> None:
    path = write("a.md", "LEAF\n```python\n>>> import torch\n>>> LEAF\n```\n")
    assert run("check", "--add-noqa").exit_code == 0
    assert path.read_text() == "LEAF\n```python\n>>> import torch\n>>> LEAF  # noqa: AGL101\n```\n"


def test_where_no_comment_can_stand_the_finding_is_named(run: Run) -> None:
    cell = {"cell_type": "code", "source": "import torch\nx = !LEAF\nLEAF"}
    Path("a.ipynb").write_text(json.dumps({"cells": [cell]}))
    result = run("check", "--add-noqa")
    assert "LEAF  # noqa: AGL101" in Path("a.ipynb").read_text()
    assert result.stdout == "Silenced 1 finding.\n"


def test_findings_about_comments_and_files_are_left(write: Write, run: Run) -> None:
    path = write("a.py", "x = 1  # noqa: AGL101, AGL110\n")
    write("b.py", "def f(:\n")
    before = path.read_bytes()
    assert run("check", "--add-noqa").stdout == "Silenced 0 findings.\n"
    assert path.read_bytes() == before


def test_only_what_is_shown_is_silenced(write: Write, run: Run) -> None:
    path = write("a.py", "LEAF\nTWICE\n")
    run("check", "--add-noqa", "--select", "AGL2")
    assert path.read_text() == "import torch\nLEAF\nTWICE  # noqa: AGL201\n"


def test_stdin_cannot_be_changed(run: Run) -> None:
    assert run("check", "--add-noqa", "-", input="LEAF").exit_code == 2
