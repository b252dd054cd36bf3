"""SARIF 2.1.0, for code scanning services; the trace is a code flow."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograd_lint.finding import Finding, Place, Severity

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(findings: Sequence[Finding], version: str) -> str:
    """One run of autograd-lint `version` with all findings as its results."""
    rules = sorted({(f.code, f.name, _LEVEL[f.severity]) for f in findings})
    codes = list(dict.fromkeys(code for code, _, _ in rules))
    described = {code: (name, level) for code, name, level in reversed(rules)}
    driver = {
        "name": "autograd-lint",
        "version": version,
        "rules": [
            {
                "id": code,
                "name": described[code][0],
                "shortDescription": {"text": described[code][0].replace("-", " ")},
                "defaultConfiguration": {"level": described[code][1]},
            }
            for code in codes
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code)) for finding in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    message = finding.message + (f" Help: {finding.help}" if finding.help else "")
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": message},
        "locations": [_location(finding.place)],
        "properties": {"confidence": finding.confidence.value},
    }
    if finding.trace:
        steps = [
            {"location": {**_location(step.place), "message": {"text": step.message}}}
            for step in finding.trace
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def _location(place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(place)}}}
    if place.cell is None:
        location["physicalLocation"]["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    else:  # SARIF counts lines in the file, which a cell has none of
        name = f"cell {place.cell}:{place.line}:{place.column}"
        location["logicalLocations"] = [{"name": name, "kind": "module"}]
    return location


def _uri(place: Place) -> str:
    if os.path.isabs(place.path):
        return Path(place.path).as_uri()
    return quote(place.path.replace(os.sep, "/"))
