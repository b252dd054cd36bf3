"""One line for each finding, under the path of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from autograd_lint.finding import Finding
from autograd_lint.report import BARE, Context
from autograd_lint.report.paint import Paint
from autograd_lint.report.places import printable, spot, tags


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """The path, its findings as `line:column code [severity, confidence] message`, a blank line."""
    return "".join(
        line
        for path, group in groupby(findings, key=lambda finding: finding.place.path)
        for line in _file(path, list(group), context.paint)
    )


def _file(path: str, findings: Sequence[Finding], paint: Paint) -> Iterator[str]:
    yield f"{paint(printable(path), 'bold')}:\n"
    width = max(len(spot(finding.place)) for finding in findings)
    for finding in findings:
        start = paint(spot(finding.place).ljust(width), "gutter")
        label = paint(tags(finding), finding.severity.value)
        code = paint(finding.code, "code")
        yield f"  {start}  {code} {label} {printable(finding.message)}\n"
    yield "\n"
