"""Azure Pipelines' logging commands, which become issues of the build.

See https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd_lint.finding import Finding, Severity
from autograd_lint.report import BARE, Context
from autograd_lint.report.evidence import evidence
from autograd_lint.report.places import with_cell

_TYPE = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "warning"}


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """One command for each finding; its message goes on with the trace."""
    return "".join(_command(finding) + "\n" for finding in findings)


def _command(finding: Finding) -> str:
    place = finding.place
    properties = {"type": _TYPE[finding.severity], "sourcepath": place.path}
    if place.cell is None:  # Azure counts lines in the file, which a cell has none of
        properties |= {"linenumber": str(place.line), "columnnumber": str(place.column)}
    properties["code"] = finding.code
    listed = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    message = "\n".join([with_cell(finding), *evidence(finding)])
    return f"##vso[task.logissue {listed}]{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(";", "%3B").replace("]", "%5D")
