"""Snapshots of whole outputs: rewrite them with `UPDATE_SNAPSHOTS=1 pytest tests/report`."""

from __future__ import annotations

import json as stdjson
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from autograd_lint import Finding, Place
from autograd_lint.report import concise, full, github, json, paint, sarif

HERE = Path(__file__).parent
Lines = Callable[[Place], Sequence[str]]


def assert_snapshot(name: str, text: str) -> None:
    path = HERE / "snapshots" / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_full(findings: Sequence[Finding], lines: Lines) -> None:
    assert_snapshot("full.txt", full.render(findings, lines))


def test_full_in_colour(findings: Sequence[Finding], lines: Lines) -> None:
    assert_snapshot("full.ansi", full.render(findings, lines, paint.ansi))


def test_full_without_sources_still_says_everything(findings: Sequence[Finding]) -> None:
    assert_snapshot("full_without_sources.txt", full.render(findings, lambda _: ()))


def test_concise(findings: Sequence[Finding]) -> None:
    assert_snapshot("concise.txt", concise.render(findings))


def test_json(findings: Sequence[Finding], monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.render(findings)
    folder = stdjson.dumps(os.getcwd())[1:-1] + "/"
    assert_snapshot("findings.json", text.replace(folder, "/folder/"))


def test_github(findings: Sequence[Finding]) -> None:
    assert_snapshot("github.txt", github.render(findings))


def test_sarif(findings: Sequence[Finding]) -> None:
    assert_snapshot("findings.sarif", sarif.render(findings, "1.2.3"))


def test_no_findings_are_empty_documents() -> None:
    assert stdjson.loads(json.render([])) == []
    assert stdjson.loads(sarif.render([], "1"))["runs"][0]["results"] == []
    assert concise.render([]) == github.render([]) == full.render([], lambda _: ()) == ""
