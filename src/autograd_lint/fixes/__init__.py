"""Changes that remove the cause of a finding, as edits of the author's text.

A module that has to do with a kind of change registers its fixers for the codes that they mend, by
`draft.fixes`. A wrong fix is worse than none: a fixer gives up wherever the program does not have
exactly the form that it understands.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from autograd_lint.finding import Applicability, Confidence, Edit, Finding, Fix, Place

if TYPE_CHECKING:
    from autograd_lint.fixes.draft import Change, Fixer
    from autograd_lint.fixes.program import Program
    from autograd_lint.source import SourceFile

__all__ = ["fix"]


def fix(finding: Finding, source: SourceFile) -> Fix | None:
    """Return the fix of a finding in `source`, `None` if there is none that is known to be right.

    It is safe only if the finding is certain.
    """
    if finding.place.path != source.path or finding.confidence is Confidence.POSSIBLE:
        return None
    fixers = _fixers(finding.code)
    if not fixers:
        return None
    from autograd_lint.fixes.program import parsed

    program = parsed(source, finding.place)
    if program is None:
        return None
    for fixer in fixers:
        draft = fixer(finding, program)
        edits = None if draft is None else _edits(draft.changes, program)
        if draft is not None and edits is not None:
            safe = draft.safe and finding.confidence is Confidence.CERTAIN
            applicability = Applicability.SAFE if safe else Applicability.UNSAFE
            return Fix(draft.message, edits, applicability)
    return None


@cache
def _fixers(code: str) -> tuple[Fixer, ...]:
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    from autograd_lint.fixes.draft import FIXERS

    return tuple(FIXERS.get(code, ()))


def _edits(changes: Sequence[Change], program: Program) -> tuple[Edit, ...] | None:
    """Return changes as edits, `None` where the author's text is not what was parsed."""
    source, block = program.source, program.block
    written = source.listing.get(block.cell, ())
    edits: list[Edit] = []
    for change in sorted(changes):
        first, column = _position(block.text, change.start)
        last, end_column = _position(block.text, change.end)
        if block.indent and (first != last or "\n" in change.text):
            return None  # each line has something before it: `> `, or the prompt of a session
        for number in range(first, last + 1):
            row = block.row + number - 1
            seen = written[row][block.indent :] if row < len(written) else ""
            if seen != _line(block.text, number):
                return None  # a magic of IPython has been taken out of it
        place = Place(
            path=source.path,
            cell=block.cell,
            line=block.row + first,
            column=column + block.indent + 1,
            end_line=block.row + last,
            end_column=end_column + block.indent + 1,
        )
        edits.append(Edit(place, change.text))
    return tuple(edits)


def _position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of an offset, both from 0."""
    return text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1


def _line(text: str, number: int) -> str:
    """Return a line by its number from 0; the one after the last is empty."""
    return text.split("\n")[number]
