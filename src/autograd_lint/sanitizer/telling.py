"""The report of a run, in any format of `check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from autograd_lint.finding import Finding, Severity
from autograd_lint.report import Context
from autograd_lint.report.paint import Paint, plain

if TYPE_CHECKING:
    from autograd_lint.sanitizer.session import Session
    from autograd_lint.source import SourceFile


def told(
    findings: Sequence[Finding],
    session: Session,
    output_format: str = "full",
    paint: Paint = plain,
    sources: Mapping[str, SourceFile] | None = None,
) -> str:
    """The findings as `check` writes them, and what was seen; `sources` are what is no file, by path."""
    from autograd_lint.catalogue import all_rules
    from autograd_lint.runner import Report, listing

    last = closing(findings, session)
    context = Context(listing(Report(texts=sources or {})), paint, all_rules(), last)
    module = import_module(f"autograd_lint.report.{output_format.replace('-', '_')}")
    text: str = module.render(findings, context)
    return text + (last if output_format in ("full", "concise", "grouped") else "")


def closing(findings: Sequence[Finding], session: Session) -> str:
    """The last lines: what was found, and what was and was not seen."""
    by_severity = Counter(finding.severity for finding in findings)
    nouns = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
    counts = ", ".join(
        _count(by_severity[severity], noun)
        for severity, noun in nouns.items()
        if by_severity[severity]
    )
    found = (
        f"{_count(len(findings), 'finding')}: {counts}."
        if findings
        else "No findings in what was seen."
    )
    seen = f"Saw {_count(session.backwards.count, 'backward')} and {_count(session.steps, 'step')}"
    parts = [seen]
    if session.compiled:
        parts.append("not what torch.compile has compiled")
    if session.every > 1:
        parts.append(f"the operations of one step in {session.every}")
    failures = ""
    if session.failures:
        parts.append(f"{_count(len(session.failures), 'look')} failed")
        failures = f"A mistake of autograd-lint's own, please report it:\n{session.failures[0]}"
    return f"{found}\n{'; '.join(parts)}.\n{failures}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or noun == "info" else f"{number} {noun}s"
