"""Code frames: the lines of a place, numbered, with carets under what is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import combining, east_asian_width

from autograd_lint.finding import Place
from autograd_lint.report.paint import Paint

CONTEXT = 1
"""Lines shown before the place, for orientation."""
LONGEST = 8
"""Of a place with more lines than this, the middle is left out."""
WIDTH = 110
"""Columns shown of a line; of a longer one, those around the carets."""
TAB = "    "


def frame(
    lines: Sequence[str], place: Place, paint: Paint, style: str, context: int = CONTEXT
) -> Iterator[str]:
    """The frame of `place`, whose file or cell has `lines`; nothing if there is no such line."""
    if not 1 <= place.line <= len(lines):
        return
    last = min(place.end_line, len(lines))
    first = max(1, place.line - context)
    while first < place.line and not lines[first - 1].strip():
        first += 1
    digits = len(str(last))
    bar = paint("|", "gutter")
    yield f"{' ' * digits} {bar}"
    for number in range(first, last + 1):
        if last - place.line >= LONGEST and number == place.line + LONGEST // 2:
            yield f"{' ' * digits} {paint('…', 'gutter')}"
        if place.line + LONGEST // 2 <= number <= last - 2 and last - place.line >= LONGEST:
            continue
        text, carets = _line(lines[number - 1], number, place)
        yield f"{paint(str(number).rjust(digits), 'gutter')} {bar} {text}".rstrip()
        if carets:
            blank = carets[: len(carets) - len(carets.lstrip())]
            yield f"{' ' * digits} {bar} {blank}{paint(carets.lstrip(), style)}"
    yield f"{' ' * digits} {bar}"


def _line(line: str, number: int, place: Place) -> tuple[str, str]:
    """A line as shown, and the carets below it (nothing on lines of context)."""
    start, end = 0, 0
    if place.line <= number <= place.end_line:
        indent = len(line) - len(line.lstrip())
        start = place.column - 1 if number == place.line else indent
        end = place.end_column - 1 if number == place.end_line else len(line.rstrip())
    if len(line) > WIDTH:
        line, start, end = _window(line, start, end)
    text = "".join(map(_shown, line))
    before = sum(map(_width, line[:start]))
    under = sum(map(_width, line[start:end]))
    if number == place.line and under == 0:
        under = 1
    return text, " " * before + "^" * under if under else ""


def _window(line: str, start: int, end: int) -> tuple[str, int, int]:
    left = max(0, min(start - WIDTH // 4, len(line) - WIDTH))
    cut = line[left : left + WIDTH]
    head, tail = "…" if left else "", "…" if left + WIDTH < len(line) else ""
    shift = len(head) - left
    limit = len(head) + len(cut)
    return head + cut + tail, min(start + shift, limit), min(end + shift, limit)


def _shown(character: str) -> str:
    if character == "\t":
        return TAB
    if character.isprintable() or combining(character):
        return character
    return "\N{REPLACEMENT CHARACTER}"


def _width(character: str) -> int:
    if character == "\t":
        return len(TAB)
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
