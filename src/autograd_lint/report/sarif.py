"""SARIF 2.1.0, for code scanning services; the trace is a code flow."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from inspect import cleandoc
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograd_lint.finding import Finding, Fix, Graph, Place, Severity
from autograd_lint.fingerprint import fingerprints
from autograd_lint.report import BARE, Context
from autograd_lint.report.places import slashed, spot

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(findings: Sequence[Finding], context: Context = BARE) -> str:
    """One run of autograd-lint with all findings as its results, and the rules that they break."""
    of_code = {finding.code: finding for finding in reversed(findings)}
    codes = sorted(of_code)
    driver = {
        "name": "autograd-lint",
        "version": context.version,
        "rules": [_rule(of_code[code], context) for code in codes],
    }
    known_by = fingerprints(findings, context.lines)
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, codes.index(finding.code), fingerprint)
            for finding, fingerprint in zip(findings, known_by, strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(finding: Finding, context: Context) -> dict[str, Any]:
    described = context.rules.get(finding.code)
    severity = finding.severity if described is None else described.severity
    rule: dict[str, Any] = {
        "id": finding.code,
        "name": finding.name,
        "shortDescription": {"text": finding.name.replace("-", " ")},
        "defaultConfiguration": {"level": _LEVEL[severity]},
    }
    if described is not None:
        page = cleandoc(described.page)
        summary, _, rest = page.partition("\n")
        what = re.search(r"## What it does\n(.+?)\n\n", rest, re.DOTALL)
        rule["shortDescription"] = {"text": summary}
        rule["fullDescription"] = {"text": " ".join(what[1].split()) if what else summary}
        rule["help"] = {"text": page, "markdown": page}
    return rule


def _result(finding: Finding, rule: int, fingerprint: str) -> dict[str, Any]:
    message = _told(finding.message, finding.place)
    message += f" Help: {finding.help}" if finding.help else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": message},
        "locations": [_location(finding.place)],
        # The name under which GitHub looks for it.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        "properties": {"confidence": finding.confidence.value},
    }
    if finding.trace:
        steps = [
            {
                "location": {
                    **_location(step.place),
                    "message": {"text": _told(step.message, step.place)},
                }
            }
            for step in finding.trace
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.graph is not None:
        result["graphs"] = [_graph(finding.graph)]
    if finding.fix is not None and all(edit.place.cell is None for edit in finding.fix.edits):
        result["fixes"] = [_fix(finding.fix)]
    return result


def _fix(fix: Fix) -> dict[str, Any]:
    unread = "" if fix.is_safe else " (unsafe: read it before use)"
    edits = sorted(fix.edits)
    return {
        "description": {"text": fix.message + unread},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(path)},
                "replacements": [
                    {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
                    for edit in of_file
                ],
            }
            for path, of_file in groupby(edits, key=lambda edit: edit.place.path)
        ],
    }


def _graph(graph: Graph) -> dict[str, Any]:
    return {
        "description": {"text": "The autograd graph, in the order in which gradients flow."},
        "nodes": [
            {
                "id": str(number),
                "label": {"text": f"{node.name} ({node.state.value})"},
                "location": _location(node.place),
            }
            for number, node in enumerate(graph.nodes)
        ],
        "edges": [
            {
                "id": str(number),
                "sourceNodeId": str(edge.start),
                "targetNodeId": str(edge.end),
            }
            for number, edge in enumerate(graph.edges)
        ],
    }


def _told(message: str, place: Place) -> str:
    """The message, after the place in its cell: lines count in the file, which a cell has none of."""
    return message if place.cell is None else f"{spot(place)}: {message}"


def _location(place: Place) -> dict[str, Any]:
    in_file = place.cell is None
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.path)},
            # GitHub takes no result without a line.
            "region": _region(place) if in_file else {"startLine": 1},
        }
    }
    if not in_file:
        location["logicalLocations"] = [{"name": spot(place), "kind": "module"}]
    return location


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _uri(path: str) -> str:
    return Path(path).as_uri() if os.path.isabs(path) else quote(slashed(path))
