"""One line for each finding."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lint.finding import Finding
from autograd_lint.report import BARE, Context
from autograd_lint.report.places import printable, tags, where


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """`path:line:column: code [severity, confidence] message`, line by line."""
    paint = context.paint
    return "".join(
        f"{paint(where(finding.place), 'bold')}: {paint(finding.code, 'code')} "
        f"{paint(tags(finding), finding.severity.value)} {printable(finding.message)}\n"
        for finding in findings
    )
