"""What a fix changes, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import groupby

from autograd_lint.finding import Edit, Fix
from autograd_lint.report.html.code import Lines
from autograd_lint.report.html.prose import escaped, inline, visible


def difference(fix: Fix, lines: Lines) -> Iterator[str]:
    """The fix's message, and the lines that go and come."""
    kind = "Fix" if fix.is_safe else "Fix, unsafe"
    yield f'<p class="help"><b>{kind}</b> {inline(fix.message)}</p>'
    for (path, cell), group in groupby(sorted(fix.edits), lambda e: (e.place.path, e.place.cell)):
        edits = list(group)
        before = list(lines(edits[0].place))
        where = escaped(path) if cell is None else f"{escaped(path)}, cell {cell}"
        shown = unified_diff(before, _edited(before, edits), n=0, lineterm="")
        changes = [line for line in list(shown)[2:] if not line.startswith("@@")]
        told = "\n".join(map(_change, changes))
        yield f'<pre class="change" aria-label="Change of {where}">{told}</pre>'


def _edited(lines: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    """The lines after the edits, which are sorted and do not overlap."""
    edited = list(lines)
    for edit in reversed(edits):
        place = edit.place
        start, end = place.line - 1, place.end_line - 1
        edited += [""] * (end + 1 - len(edited))
        text = edited[start][: place.column - 1] + edit.text + edited[end][place.end_column - 1 :]
        edited[start : end + 1] = text.split("\n")
    return edited


def _change(line: str) -> str:
    style = "gone" if line.startswith("-") else "come"
    return f'<span class="{style}">{visible(line)}</span>'
