"""The trace in plain lines, for formats that have no place of their own for it."""

from __future__ import annotations

from autograd_lint.finding import Finding
from autograd_lint.report.places import printable, where


def evidence(finding: Finding) -> list[str]:
    """`1. what happened (where)` for each step, then the help, if there is some."""
    lines = [
        f"{number}. {printable(step.message)} ({where(step.place)})"
        for number, step in enumerate(finding.trace, start=1)
    ]
    if finding.help:
        lines.append(f"help: {printable(finding.help)}")
    return lines
