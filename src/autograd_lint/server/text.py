"""Text as the protocol counts it: lines, and columns in the client's code units."""

from __future__ import annotations

import io
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from lsprotocol import types

from autograd_lint.finding import Place

_CODECS = {
    types.PositionEncodingKind.Utf8.value: ("utf-8", 1),
    types.PositionEncodingKind.Utf16.value: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32.value: ("utf-32-le", 4),
}
"""How Python calls the encoding, and how many bytes one of its units has."""


@lru_cache(maxsize=64)
def split(text: str) -> tuple[str, ...]:
    """The lines of a text, with their ends: `\\n`, `\\r\\n` and `\\r`, and nothing else.

    `str.splitlines`, and with it pygls' own documents, splits at form feeds and others as well,
    and would put every later edit into the wrong line.
    """
    return tuple(io.StringIO(text, newline=""))


def changed(text: str, change: types.TextDocumentContentChangeEvent, encoding: str) -> str:
    """`text` after a change, to a part of it or to the whole."""
    if isinstance(change, types.TextDocumentContentChangeWholeDocument):
        return change.text
    lines = split(text)
    start = _offset(lines, change.range.start, encoding)
    end = _offset(lines, change.range.end, encoding)
    return text[:start] + change.text + text[end:]


def differences(before: str, after: str, encoding: str) -> list[types.TextEdit]:
    """The edits, line by line, that make one text of the other."""
    old, new = split(before), split(after)
    return [
        types.TextEdit(
            types.Range(_start_of(first, old, encoding), _start_of(last, old, encoding)),
            "".join(new[start:end]),
        )
        for what, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes()
        if what != "equal"
    ]


def place_range(place: Place, lines: Sequence[str], encoding: str) -> types.Range:
    """Where a place stands in the lines that it was found in."""
    return types.Range(
        start=_position(place.line, place.column, lines, encoding),
        end=_position(place.end_line, place.end_column, lines, encoding),
    )


def touch(first: types.Range, second: types.Range) -> bool:
    """Whether two ranges have a position in common."""
    return first.start <= second.end and second.start <= first.end


def _position(line: int, column: int, lines: Sequence[str], encoding: str) -> types.Position:
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    codec, size = _CODECS[encoding]
    return types.Position(line - 1, len(before.encode(codec, "surrogatepass")) // size)


def _start_of(index: int, lines: Sequence[str], encoding: str) -> types.Position:
    """Where a line starts, counted from 0; that behind a last one without an end starts at its end."""
    if 0 < index == len(lines) and not lines[-1].endswith(("\n", "\r")):
        return _position(index, len(lines[-1]) + 1, lines, encoding)
    return types.Position(index, 0)


def _offset(lines: Sequence[str], position: types.Position, encoding: str) -> int:
    if position.line >= len(lines):
        return sum(map(len, lines))
    line = lines[position.line].rstrip("\r\n")
    codec, size = _CODECS[encoding]
    before = line.encode(codec, "surrogatepass")[: position.character * size]
    return sum(map(len, lines[: position.line])) + len(before.decode(codec, "ignore"))
