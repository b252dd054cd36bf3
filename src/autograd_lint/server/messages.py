"""Findings in the protocol's words."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc
from typing import TypeAlias

from lsprotocol import types

from autograd_lint.catalogue import all_rules
from autograd_lint.finding import Confidence, Finding, Place, Severity

Locate: TypeAlias = Callable[[Place], types.Location]

SOURCE = "autograd-lint"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def diagnostic(finding: Finding, locate: Locate, related: bool) -> types.Diagnostic:
    """A finding; its trace becomes related information for a client that shows such."""
    doubt = "" if finding.confidence == Confidence.CERTAIN else f" ({finding.confidence.value})"
    advice = f"\nhelp: {finding.help}" if finding.help else ""
    trace = [
        types.DiagnosticRelatedInformation(locate(step.place), step.message)
        for step in finding.trace
    ]
    return types.Diagnostic(
        range=locate(finding.place).range,
        message=f"{finding.message}{doubt}{advice}",
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        source=SOURCE,
        related_information=trace if related and trace else None,
    )


def page(code: str) -> str:
    """A rule's page in Markdown."""
    rule = all_rules()[code]
    return f"## {rule.code} {rule.name} ({rule.severity.value})\n\n{cleandoc(rule.page)}\n"
