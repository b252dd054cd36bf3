"""The Python of a Jupyter notebook (nbformat 3 and 4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from autograd_lint.source.file import Piece, split_lines, universal_newlines
from autograd_lint.source.ipython import without_magics


class BrokenNotebook(Exception):  # noqa: N818
    """The file is not a notebook; the message says why."""


def read_notebook(text: str) -> tuple[list[Piece], dict[int | None, tuple[str, ...]]]:
    """The code cells in order, and the lines of each as the author sees them.

    Raises `BrokenNotebook`. A notebook in another language than Python has no pieces.
    """
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise BrokenNotebook("not a notebook: nested too deeply") from None
    except ValueError as error:
        raise BrokenNotebook(f"not a notebook: invalid JSON: {error}") from None
    if not isinstance(notebook, dict):
        raise BrokenNotebook("not a notebook: the JSON is not an object")
    pieces: list[Piece] = []
    listing: dict[int | None, tuple[str, ...]] = {}
    if not _is_python(notebook):
        return pieces, listing
    for number, cell in enumerate(_cells(notebook), start=1):
        if not isinstance(cell, dict):
            raise BrokenNotebook(f"not a notebook: cell {number} is not an object")
        if cell.get("cell_type") == "code":
            source = _source(cell, number)
            pieces.append(Piece(without_magics(source), cell=number, row=1))
            listing[number] = split_lines(source)
    return pieces, listing


def _cells(notebook: dict[str, Any]) -> Iterator[object]:
    sheets = notebook.get("worksheets")
    lists = [notebook.get("cells")]
    if lists == [None] and isinstance(sheets, list):
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    for cells in lists:
        if not isinstance(cells, list):
            raise BrokenNotebook("not a notebook: it has no list of cells")
        yield from cells


def _source(cell: dict[str, Any], number: int) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise BrokenNotebook(f"not a notebook: the source of cell {number} is not text")
    # JSON can spell lone surrogates, which no Python source can hold.
    return universal_newlines(source.encode("utf-8", "replace").decode("utf-8"))


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return True
    for section, key in (("language_info", "name"), ("kernelspec", "language")):
        value = metadata.get(section)
        if isinstance(value, dict) and isinstance(value.get(key), str):
            return "python" in value[key].lower()
    return True
