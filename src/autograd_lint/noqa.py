"""`--add-noqa`: comments that silence findings, put where they are recognised."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograd_lint.finding import Edit, Finding, Place
from autograd_lint.source import SourceFile, edited, from_bytes, statements
from autograd_lint.suppression import Suppressions, suppressions

_CODE = re.compile(r"[A-Z]+\d+", re.IGNORECASE)


def silenced(
    content: bytes, absolute: Path, path: str, findings: Iterable[Finding]
) -> tuple[bytes, list[Finding]]:
    """The bytes of a file with a `# noqa` for each of `findings`, and those that this silences.

    Codes are put into the `noqa` that a statement has, if it names codes. Where no comment can
    stand, there is none. Raises `Unreadable`, and `ValueError` where the file cannot be written
    back as it is.
    """
    source = from_bytes(content, absolute, path)
    wanted = list(findings)
    while True:
        result = edited(content, absolute, path, edits(source, wanted))
        comments = suppressions(from_bytes(result, absolute, path))
        silent = [finding for finding in wanted if comments.covering(finding)]
        if len(silent) == len(wanted):
            return result, silent
        wanted = silent


def edits(source: SourceFile, findings: Sequence[Finding]) -> Iterator[Edit]:
    """One edit for each line, with the codes that it needs."""
    found = suppressions(source)
    codes: dict[tuple[Place, str], set[str]] = defaultdict(set)
    for finding in findings:
        target = _in_comment(found, finding) or _at_end_of_line(source, finding)
        if target is not None:
            codes[target].add(finding.code)
    for (place, before), names in codes.items():
        yield Edit(place, before + ", ".join(sorted(names)))


def _in_comment(found: Suppressions, finding: Finding) -> tuple[Place, str] | None:
    """Behind the last code of a `noqa` in the statement; rather of one in the very line."""
    place = finding.place
    there = [each for each in found.by_line.get((place.cell, place.line), ()) if each.is_noqa]
    ends = []
    for words in (each.words for each in there if each.words):
        codes = [word for word in words if _CODE.fullmatch(word.text)]  # the rest may be a reason
        ends.append((codes or words)[-1].place)
    if not ends:
        return None
    end = min(ends, key=lambda end: end.line != place.line)
    return replace(end, column=end.end_column), ", "


def _at_end_of_line(source: SourceFile, finding: Finding) -> tuple[Place, str] | None:
    """At the end of the line, or of the next one of the statement where a comment can stand."""
    position = source.position(finding.place)
    if position is None:
        return None
    block = source.block(position[0])
    line = position[0] - block.first_line + 1
    for statement in statements(block.text):
        if statement.first <= line <= statement.last:
            closed = (row for row in range(line, statement.last + 1) if row not in statement.open)
            row = next(closed) + block.row - 1
            end = len(source.listing[block.cell][row - 1]) + 1
            return Place(source.path, block.cell, row, end, row, end), "  # noqa: "
    return None
