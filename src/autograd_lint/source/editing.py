"""A file's bytes with edits made in them, and everything else as it was."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from autograd_lint.finding import Edit
from autograd_lint.source import cells
from autograd_lint.source.reading import encoding_of

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_END = re.compile(r"\r\n|\r|\n")


def edited(content: bytes, absolute: Path, path: str, edits: Iterable[Edit]) -> bytes:
    """`content` with `edits`, which do not overlap, made in it.

    Encoding, byte order mark and line ends stay; of a notebook, the sources of the edited cells
    alone change. Raises `Unreadable` as reading does, and `ValueError` where the file cannot be
    written back as it is, or not in its encoding.
    """
    encoding = encoding_of(content, absolute, path)
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    if encoding == "utf-8-sig":
        content, encoding = content[len(mark) :], "utf-8"
    else:
        mark = b""
    text = content.decode(encoding)
    if text.encode(encoding) != content:
        raise ValueError(f"{path}: cannot be written back in {encoding}")
    if absolute.suffix == ".ipynb":
        by_cell: dict[int, list[Edit]] = {}
        for edit in edits:
            by_cell.setdefault(edit.place.cell or 0, []).append(edit)
        changes = {cell: partial(edited_text, edits=found) for cell, found in by_cell.items()}
        text = cells.replaced(text, changes)
    else:
        text = edited_text(text, list(edits))
    return mark + text.encode(encoding)


def edited_text(text: str, edits: Sequence[Edit]) -> str:
    """`text` with edits made in it, whose lines and columns are those of `text`.

    The line ends of what is put in are those of the line that it is put into.
    """
    lines = [match[0] for match in _LINE.finditer(text)]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.place.line, edit.place.column)):
        place = edit.place
        start = starts[place.line - 1] + place.column - 1
        end = starts[place.end_line - 1] + place.end_column - 1
        if not at <= start <= end <= len(text):
            raise ValueError("edits overlap, or are outside the text")
        parts += [text[at:start], edit.text.replace("\n", _line_end(lines, place.line))]
        at = end
    return "".join([*parts, text[at:]])


def _line_end(lines: Sequence[str], number: int) -> str:
    """The line end of a line; of the last one, if it has none, that of the first."""
    for line in (lines[number - 1], lines[0]):
        if end := _END.search(line):
            return end[0]
    return "\n"
