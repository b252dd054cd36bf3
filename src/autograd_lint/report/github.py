"""GitHub Actions' workflow commands, which become annotations on the change."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lint.finding import Finding, Severity
from autograd_lint.report import BARE, Context
from autograd_lint.report.evidence import evidence
from autograd_lint.report.places import checked_out, printable, tags, where

_COMMAND = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """One command for each finding; its message goes on with the trace."""
    return "".join(_command(finding) + "\n" for finding in findings)


def _command(finding: Finding) -> str:
    place = finding.place
    file = checked_out(place.path, "GITHUB_WORKSPACE")
    properties = {"title": f"autograd-lint ({finding.code})", "file": file}
    if place.cell is None:  # GitHub counts lines in the file, which a cell has none of
        properties |= {"line": str(place.line), "endLine": str(place.end_line)}
        if place.line == place.end_line:
            properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    head = f"{where(place)}: {finding.code} {tags(finding)} {printable(finding.message)}"
    message = "\n".join([head, *evidence(finding)])
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMAND[finding.severity]} {listed}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
