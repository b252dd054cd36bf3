"""reviewdog's Diagnostic Format; a fix is a suggestion for each of its edits.

See https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from autograd_lint.finding import Finding, Place
from autograd_lint.report import BARE, Context
from autograd_lint.report.places import printable, slashed, with_cell


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """One result with all findings as its diagnostics."""
    result = {
        "source": {"name": "autograd-lint"},
        "diagnostics": [_diagnostic(finding, context) for finding in findings],
    }
    return json.dumps(result, indent=2) + "\n"


def _diagnostic(finding: Finding, context: Context) -> dict[str, Any]:
    message = with_cell(finding)
    if finding.help:
        message += f"\nhelp: {printable(finding.help)}"
    diagnostic: dict[str, Any] = {
        "message": message,
        "location": _location(finding.place, context),
        "severity": finding.severity.name,
        "code": {"value": finding.code},
    }
    edits = finding.fix.edits if finding.fix is not None else ()
    if edits and all(edit.place.path == finding.place.path for edit in edits):
        suggestions = [
            {"range": _range(edit.place, context), "text": edit.text}
            for edit in edits
            if edit.place.cell is None
        ]
        diagnostic |= {"suggestions": suggestions} if suggestions else {}
    if finding.trace:
        diagnostic["related_locations"] = [
            {"message": step.message, "location": _location(step.place, context)}
            for step in finding.trace
        ]
    return diagnostic


def _location(place: Place, context: Context) -> dict[str, Any]:
    location: dict[str, Any] = {"path": slashed(place.path)}
    if place.cell is None:  # reviewdog counts lines in the file, which a cell has none of
        location["range"] = _range(place, context)
    return location


def _range(place: Place, context: Context) -> dict[str, Any]:
    lines = context.lines(place)
    return {
        "start": _position(place.line, place.column, lines),
        "end": _position(place.end_line, place.end_column, lines),
    }


def _position(line: int, column: int, lines: Sequence[str]) -> dict[str, int]:
    """A position as reviewdog counts it: columns in bytes of UTF-8."""
    text = lines[line - 1] if line <= len(lines) else ""
    wide = len(text[: column - 1].encode("utf-8", "surrogatepass")) - len(text[: column - 1])
    return {"line": line, "column": column + wide}
