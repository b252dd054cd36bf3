"""GitLab's Code Quality report, a subset of the Code Climate format.

See https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from autograd_lint.finding import Finding, Place, Severity
from autograd_lint.fingerprint import fingerprints
from autograd_lint.report import BARE, Context
from autograd_lint.report.places import checked_out, slashed, with_cell

_SEVERITY = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "minor"}


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """An array of issues; GitLab tells new ones from known ones by their fingerprints."""
    known_by = fingerprints(findings, context.lines)
    issues = [_issue(*pair) for pair in zip(findings, known_by, strict=True)]
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str) -> dict[str, Any]:
    path = slashed(checked_out(finding.place.path, "CI_PROJECT_DIR"))
    return {
        "check_name": finding.code,
        "description": f"{finding.code}: {with_cell(finding)}",
        "severity": _SEVERITY[finding.severity],
        "fingerprint": fingerprint,
        "location": {"path": path, "positions": _positions(finding.place)},
    }


def _positions(place: Place) -> dict[str, Any]:
    if place.cell is not None:  # GitLab counts lines in the file, which a cell has none of
        return {"begin": {"line": 1}}
    return {
        "begin": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
    }
