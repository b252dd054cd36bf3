"""ruff's JSON array, with severity, confidence and trace besides."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from autograd_lint.finding import Finding, Place


def render(findings: Sequence[Finding]) -> str:
    """An array of objects, one for each finding; empty if there is none."""
    return json.dumps([_finding(finding) for finding in findings], indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        **_place(finding.place),
        "help": finding.help,
        "fix": None,
        "url": None,
        "noqa_row": finding.place.line,
        "trace": [{"message": step.message, **_place(step.place)} for step in finding.trace],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "filename": os.path.abspath(place.path),
        "cell": place.cell,
        "location": {"row": place.line, "column": place.column},
        "end_location": {"row": place.end_line, "column": place.end_column},
    }
