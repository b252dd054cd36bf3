"""ruff's JSON array, with severity, confidence and trace besides."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from autograd_lint.finding import Finding, Fix, Place
from autograd_lint.report import BARE, Context


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """An array of objects, one for each finding; empty if there is none."""
    return json.dumps([described(finding) for finding in findings], indent=2) + "\n"


def described(finding: Finding) -> dict[str, Any]:
    """A finding as an object."""
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        **_place(finding.place),
        "help": finding.help,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "url": None,
        "noqa_row": finding.place.line,
        "trace": [{"message": step.message, **_place(step.place)} for step in finding.trace],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        "edits": [
            {
                "content": edit.text,
                "location": {"row": edit.place.line, "column": edit.place.column},
                "end_location": {"row": edit.place.end_line, "column": edit.place.end_column},
            }
            for edit in fix.edits
        ],
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "filename": os.path.abspath(place.path),
        "cell": place.cell,
        "location": {"row": place.line, "column": place.column},
        "end_location": {"row": place.end_line, "column": place.end_column},
    }
