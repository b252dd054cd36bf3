"""The code that a trace leads through, with its steps under their lines and arrows between them.

It is a grid: a row for each line of code, and one for each step below the line that it is about. An
arrow is a bracket that spans the rows from one step's line to the next one's.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from autograd_lint.finding import Finding, Place, Step
from autograd_lint.report.html.prose import escaped, inline, visible

CONTEXT = 2
"""Lines shown before and after what a step is about."""
LONGEST = 8
"""How many lines are shown of what a step is about."""
WIDEST = 400
"""How many characters are shown of a line."""

Lines = Callable[[Place], Sequence[str]]

_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<string>[rbfuRBFU]{0,2}(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"))"
    r"|(?P<number>\b\d[\w.]*)"
    rf"|(?P<keyword>\b(?:{'|'.join(keyword.kwlist)})\b)"
)


def figure(finding: Finding, lines: Lines) -> Iterator[str]:
    """The code of a finding's trace; of its place alone, where it has no trace."""
    steps = finding.trace or (Step("", finding.place),)
    rows = _Rows()
    for file in dict.fromkeys((step.place.path, step.place.cell) for step in steps):
        here = {
            number: step
            for number, step in enumerate(steps, start=1)
            if (step.place.path, step.place.cell) == file
        }
        _add_file(rows, finding, here, lines)
    ways = [(rows.of_step[n], rows.of_step[n + 1]) for n in range(1, len(steps))]
    arrows = sorted((way for way in ways if way[0] != way[1]), key=_longest_first)
    yield f'<figure class="source" style="--lanes: {len(arrows)}">'
    yield "<figcaption>How it comes about</figcaption>"
    yield '<div class="scroll" tabindex="0" role="group" aria-label="Source code">'
    yield '<div class="grid">'
    yield from rows.html
    for lane, (start, end) in enumerate(arrows, start=1):
        first, last = sorted((start, end))
        yield (
            f'<span class="arrow {"down" if start < end else "up"}" aria-hidden="true" '
            f'style="grid-row: {first} / {last + 1}; grid-column: {lane} / {len(arrows) + 1}">'
            "</span>"
        )
    yield "</div></div></figure>"


def _longest_first(way: tuple[int, int]) -> tuple[int, int]:
    start, end = way
    return -abs(end - start), start


@dataclass(slots=True)
class _Rows:
    """The grid as it grows."""

    html: list[str] = field(default_factory=list)
    count: int = 0
    of_step: dict[int, int] = field(default_factory=dict)
    """The row of the line that each step is about."""

    def add(self, *cells: str) -> None:
        """Add a row of these cells, each of them a `div`."""
        self.count += 1
        style = f'style="grid-row: {self.count}"'
        self.html.extend(cell.replace("<div ", f"<div {style} ", 1) for cell in cells)


def _add_file(rows: _Rows, finding: Finding, steps: dict[int, Step], lines: Lines) -> None:
    """Add what is shown of one file, or cell, with the steps in it."""
    place = next(iter(steps.values())).place
    listing = lines(place)
    cell = "" if place.cell is None else f", cell {place.cell}"
    rows.add(f'<div class="path">{escaped(place.path)}{cell}</div>')
    spans = [(step.place, "step") for step in steps.values()]
    if (finding.place.path, finding.place.cell) == (place.path, place.cell):
        spans.insert(0, (finding.place, finding.severity.value))
    before = 0
    for number in _shown(steps.values(), len(listing)):
        if number > before + 1 and before:
            rows.add('<div class="gap">⋯</div>')
        before = number
        text = listing[number - 1] if number <= len(listing) else ""
        rows.add(
            f'<div class="number">{number}</div>',
            f'<div class="line">{_line(text[:WIDEST], number, spans)}</div>',
        )
        row = rows.count
        for count, step in steps.items():
            if step.place.line == number:
                rows.of_step[count] = row
                if step.message:
                    rows.add(
                        f'<div class="annotation"><span class="badge">{count}</span> '
                        f"{inline(step.message)}</div>"
                    )


def _shown(steps: Iterable[Step], length: int) -> list[int]:
    """The lines to show, of a file of this length; those that steps are about in any case."""
    shown: set[int] = set()
    for step in steps:
        first = step.place.line
        last = min(step.place.end_line, first + LONGEST - 1)
        around = range(max(1, first - CONTEXT), last + CONTEXT + 1)
        shown |= {first, *(number for number in around if number <= length)}
    return sorted(shown)


def _line(text: str, number: int, spans: Sequence[tuple[Place, str]]) -> str:
    tokens = [""] * len(text)
    for match in _TOKEN.finditer(text):
        tokens[match.start() : match.end()] = [match.lastgroup or ""] * len(match[0])
    marks = [_mark(column, number, text, spans) for column in range(1, len(text) + 1)]
    html = []
    for (mark, token), run in groupby(range(len(text)), lambda i: (marks[i], tokens[i])):
        columns = list(run)
        piece = visible(text[columns[0] : columns[-1] + 1])
        classes = " ".join(filter(None, (mark and f"mark {mark}", token)))
        html.append(f'<span class="{classes}">{piece}</span>' if classes else piece)
    return "".join(html)


def _mark(column: int, number: int, text: str, spans: Sequence[tuple[Place, str]]) -> str:
    """How a character is marked: by the first of the spans that it is in."""
    indented = column <= len(text) - len(text.lstrip())
    for place, mark in spans:
        start, end = (place.line, place.column), (place.end_line, place.end_column)
        if start <= (number, column) < end and not (indented and number > place.line):
            return mark
    return ""
