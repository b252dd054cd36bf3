"""Each format against what others publish about it: a schema, or a parser that reads it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import junitparser
import pytest
from jsonschema.validators import validator_for
from lxml import etree

from autograd_lint import Applicability, Confidence, Edit, Finding, Fix, Place, Severity, Step
from autograd_lint.finding import (
    Graph,
    GraphEdge,
    GraphNode,
    NodeKind,
    NodeState,
    SavedTensor,
)
from autograd_lint.report import Context, azure, gitlab, junit, pylint, rdjson, sarif
from autograd_lint.rules import registry

SCHEMAS = Path(__file__).parent / "schemas"
Lines = Callable[[Place], Sequence[str]]


def at(line: int, column: int, end_column: int, path: str = "train.py") -> Place:
    return Place(path, None, line, column, line, end_column)


GRAPH = Graph(
    (
        GraphNode(NodeKind.BACKWARD, NodeState.WALKED, "backward", "y.backward()", at(7, 1, 19)),
        GraphNode(
            NodeKind.OPERATOR,
            NodeState.FAILS,
            "exp",
            "w.exp()",
            at(4, 5, 12),
            (SavedTensor("its result", 0, 1, Step("`y += 1` writes to it", at(5, 1, 7))),),
        ),
        GraphNode(NodeKind.LEAF, NodeState.AHEAD, "leaf", "torch.zeros(3)", at(3, 5, 30)),
    ),
    (GraphEdge(0, 1), GraphEdge(1, 2)),
)
FIX = Fix(
    "Write `y = y + 1`",
    (Edit(at(5, 1, 7), "y = y + 1"), Edit(at(5, 7, 7), "  # out of place")),
    Applicability.SAFE,
)


@pytest.fixture
def all_kinds(findings: Sequence[Finding]) -> list[Finding]:
    """Findings with whatever a finding may have."""
    hidden = Place("odd \x07 name%;].py", None, 1, 1, 1, 1)
    odd = Finding(
        "AGL900", "unreadable-file", "bell \x07, ]]> & <b>, \ud800, \x00, é; ##vso[x]\nnext",
        hidden, Severity.INFO, Confidence.POSSIBLE,
    )  # fmt: skip
    return [findings[0], replace(findings[1], fix=FIX, graph=GRAPH), findings[2], odd]


@pytest.fixture
def context(lines: Lines) -> Context:
    return Context(lines, rules=registry())


def validate(document: Any, schema: str) -> None:
    loaded = json.loads((SCHEMAS / schema).read_text(encoding="utf-8"))
    validator_for(loaded)(loaded).validate(document)


def test_sarif_is_valid(all_kinds: list[Finding], context: Context) -> None:
    for findings in (all_kinds, []):
        validate(json.loads(sarif.render(findings, context)), "sarif-2.1.0.json")


def test_sarif_rules_come_with_their_pages(all_kinds: list[Finding], context: Context) -> None:
    rules = _run(all_kinds, context)["tool"]["driver"]["rules"]
    described = {rule["id"]: rule for rule in rules}
    assert described["AGL102"]["shortDescription"] == {
        "text": "A tensor that was saved for backward is written in place."
    }
    assert described["AGL102"]["fullDescription"]["text"].startswith("Finds writes to a tensor")
    assert "## Why is this bad?" in described["AGL102"]["help"]["markdown"]
    assert "helpUri" not in described["AGL102"]


def test_sarif_has_the_trace_the_fix_and_the_graph(
    all_kinds: list[Finding], context: Context
) -> None:
    result = _run(all_kinds, context)["results"][1]
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [
        "`exp` saves its result",
        "written in place",
    ]
    (fix,) = result["fixes"]
    assert fix["description"] == {"text": "Write `y = y + 1`"}
    (change,) = fix["artifactChanges"]
    assert change["replacements"][0] == {
        "deletedRegion": {"startLine": 5, "startColumn": 1, "endLine": 5, "endColumn": 7},
        "insertedContent": {"text": "y = y + 1"},
    }
    assert len(result["graphs"][0]["nodes"]) == 3


def test_sarif_says_which_fixes_are_to_be_read_first(
    all_kinds: list[Finding], context: Context
) -> None:
    unsafe = replace(all_kinds[1], fix=replace(FIX, applicability=Applicability.UNSAFE))
    (fix,) = _run([unsafe], context)["results"][0]["fixes"]
    assert fix["description"]["text"] == "Write `y = y + 1` (unsafe: read it before use)"


def test_gitlab_is_valid(all_kinds: list[Finding], context: Context) -> None:
    issues = json.loads(gitlab.render(all_kinds, context))
    validate(issues, "gitlab.json")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_rdjson_is_valid(all_kinds: list[Finding], context: Context) -> None:
    for findings in (all_kinds, []):
        validate(json.loads(rdjson.render(findings, context)), "rdjson.json")


def test_rdjson_suggests_each_edit_of_a_fix(all_kinds: list[Finding], context: Context) -> None:
    diagnostic = json.loads(rdjson.render(all_kinds, context))["diagnostics"][1]
    assert [suggestion["text"] for suggestion in diagnostic["suggestions"]] == [
        "y = y + 1",
        "  # out of place",
    ]
    assert diagnostic["suggestions"][0]["range"] == {
        "start": {"line": 5, "column": 1},
        "end": {"line": 5, "column": 7},
    }


def test_rdjson_counts_columns_in_bytes(findings: Sequence[Finding]) -> None:
    wide = replace(findings[1], place=at(1, 5, 8), trace=())
    text = rdjson.render([wide], Context(lambda _: ("é𐐀 = x.y",)))
    assert json.loads(text)["diagnostics"][0]["location"]["range"] == {
        "start": {"line": 1, "column": 9},
        "end": {"line": 1, "column": 12},
    }


def test_junit_is_valid(all_kinds: list[Finding], context: Context) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    for findings in (all_kinds, []):
        text = junit.render(findings, context)
        schema.assertValid(etree.fromstring(text.encode()))


def test_junit_is_read_by_others(all_kinds: list[Finding], context: Context) -> None:
    text = junit.render(all_kinds, context)
    suites = junitparser.JUnitXml.fromstring(text.encode())
    assert (suites.tests, suites.failures) == (4, 4)
    cases = [case for suite in suites for case in suite]
    assert [case.name for case in cases] == [
        "AGL101 leaf-inplace cell 9:2:1",
        "AGL102 saved-tensor-modified 7:1",
        "AGL206 backward-accumulates 3:1",
        "AGL900 unreadable-file 1:1",
    ]
    (failure,) = cases[1].result
    assert (failure.type, failure.message) == ("error", all_kinds[1].message)
    assert "1. `exp` saves its result (train.py:4:5)" in failure.text


def test_junit_without_findings_has_a_test_that_passes() -> None:
    suites = junitparser.JUnitXml.fromstring(junit.render([]).encode())
    assert (suites.tests, suites.failures) == (1, 0)
    assert [case.is_passed for suite in suites for case in suite] == [True]


def test_pylint_lines_are_read_by_its_pattern(all_kinds: list[Finding]) -> None:
    pattern = re.compile(r"^(?P<path>.+):(?P<line>\d+): \[(?P<code>\D+\d+)\] (?P<message>.*)$")
    found = [pattern.match(line) for line in pylint.render(all_kinds).splitlines()]
    assert [match and match["line"] for match in found] == ["1", "7", "3", "1"]


def test_azure_commands_are_read_as_its_agent_reads_them(all_kinds: list[Finding]) -> None:
    commands = [_azure(line) for line in azure.render(all_kinds).splitlines()]
    assert [properties["type"] for properties, _ in commands] == [
        "error", "error", "warning", "warning",
    ]  # fmt: skip
    assert "linenumber" not in commands[0][0]
    assert commands[1][0]["linenumber"] == "7"
    assert commands[0][1].startswith(
        "cell 9:2:1: `bad` is a leaf that requires grad: 100% wrong\n1."
    )
    assert commands[3][0]["sourcepath"] == all_kinds[3].place.path


def _azure(line: str) -> tuple[Mapping[str, str], str]:
    """What azure-pipelines-agent's `Command.TryParse` makes of a line."""
    head, message = line.removeprefix("##vso[task.logissue ").split("]", 1)
    escapes = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}

    def read(text: str) -> str:
        for escape, character in escapes.items():
            text = text.replace(escape, character)
        return text

    pairs = (pair.split("=", 1) for pair in head.split(";") if pair)
    return {name: read(value) for name, value in pairs}, read(message)


def _run(findings: list[Finding], context: Context) -> dict[str, Any]:
    run: dict[str, Any] = json.load(io.StringIO(sarif.render(findings, context)))["runs"][0]
    return run
