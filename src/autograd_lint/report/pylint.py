"""pylint's parseable lines, which many services read."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lint.finding import Finding
from autograd_lint.report import BARE, Context
from autograd_lint.report.places import printable, with_cell


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """`path:line: [code] message`, line by line."""
    return "".join(f"{_line(finding)}\n" for finding in findings)


def _line(finding: Finding) -> str:
    place = finding.place
    line = place.line if place.cell is None else 1  # a cell has no lines of the file
    return f"{printable(place.path)}:{line}: [{finding.code}] {with_cell(finding)}"
