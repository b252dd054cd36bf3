"""For people: each finding with its code frame, and its trace step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd_lint.finding import Finding
from autograd_lint.report import BARE, Context
from autograd_lint.report.frame import frame
from autograd_lint.report.places import printable, tags, where


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """The findings, with the source of each place; a blank line after each."""
    return "".join(f"{line}\n" for finding in findings for line in _finding(finding, context))


def _finding(finding: Finding, context: Context) -> Iterator[str]:
    place, lines, paint = finding.place, context.lines, context.paint
    severity = finding.severity.value
    code = paint(finding.code, "code")
    label = paint(tags(finding), severity)
    yield f"{paint(where(place), 'bold')}: {code} {label} {printable(finding.message)}"
    yield from _indented(frame(lines(place), place, paint, severity), 2)
    for number, step in enumerate(finding.trace, start=1):
        mark = paint(f"{number}.", "step")
        yield f"  {mark} {printable(step.message)}  {paint(where(step.place), 'gutter')}"
        shown = frame(lines(step.place), step.place, paint, "step", context=0)
        yield from _indented(list(shown)[1:-1], 5)
    if finding.help:
        yield f"  {paint('= help:', 'help')} {printable(finding.help)}"
    if finding.fix is not None:
        option = "--fix" if finding.fix.is_safe else "--fix --unsafe-fixes"
        yield f"  {paint('= fix:', 'help')} {printable(finding.fix.message)} ({option})"
    yield ""


def _indented(lines: Iterator[str] | list[str], columns: int) -> Iterator[str]:
    for line in lines:
        yield " " * columns + line
