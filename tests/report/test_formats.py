"""Snapshots of whole outputs: rewrite them with `UPDATE_SNAPSHOTS=1 pytest tests/report`."""

from __future__ import annotations

import json as stdjson
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograd_lint import Applicability, Finding, Fix, Place
from autograd_lint.report import (
    Context,
    azure,
    concise,
    full,
    github,
    gitlab,
    grouped,
    json,
    json_lines,
    junit,
    paint,
    pylint,
    rdjson,
    sarif,
    statistics,
)

HERE = Path(__file__).parent
Lines = Callable[[Place], Sequence[str]]


def assert_snapshot(name: str, text: str) -> None:
    path = HERE / "snapshots" / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def anywhere(text: str) -> str:
    """JSON with the current folder taken out."""
    folder = stdjson.dumps(os.getcwd())[1:-1] + "/"
    return text.replace(folder, "/folder/")


def test_full(findings: Sequence[Finding], lines: Lines) -> None:
    assert_snapshot("full.txt", full.render(findings, Context(lines)))


def test_full_in_colour(findings: Sequence[Finding], lines: Lines) -> None:
    assert_snapshot("full.ansi", full.render(findings, Context(lines, paint.ansi)))


def test_full_without_sources_still_says_everything(findings: Sequence[Finding]) -> None:
    assert_snapshot("full_without_sources.txt", full.render(findings))


def test_concise(findings: Sequence[Finding]) -> None:
    assert_snapshot("concise.txt", concise.render(findings))


def test_grouped(findings: Sequence[Finding]) -> None:
    assert_snapshot("grouped.txt", grouped.render(findings))


def test_json(findings: Sequence[Finding]) -> None:
    assert_snapshot("findings.json", anywhere(json.render(findings)))


def test_json_lines_are_the_objects_of_json(findings: Sequence[Finding]) -> None:
    lines = json_lines.render(findings).splitlines()
    assert [stdjson.loads(line) for line in lines] == stdjson.loads(json.render(findings))


def test_github(findings: Sequence[Finding]) -> None:
    assert_snapshot("github.txt", github.render(findings))


def test_gitlab(findings: Sequence[Finding], lines: Lines) -> None:
    assert_snapshot("gitlab.json", gitlab.render(findings, Context(lines)))


def test_junit(findings: Sequence[Finding]) -> None:
    assert_snapshot("junit.xml", junit.render(findings))


def test_sarif(findings: Sequence[Finding], lines: Lines) -> None:
    assert_snapshot("findings.sarif", sarif.render(findings, Context(lines, version="1.2.3")))


def test_pylint(findings: Sequence[Finding]) -> None:
    assert_snapshot("pylint.txt", pylint.render(findings))


def test_rdjson(findings: Sequence[Finding], lines: Lines) -> None:
    assert_snapshot("rdjson.json", rdjson.render(findings, Context(lines)))


def test_annotations_say_where_a_file_is_in_the_checkout(
    findings: Sequence[Finding], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A job may work in a folder of it."""
    (tmp_path / "part").mkdir()
    monkeypatch.chdir(tmp_path / "part")
    for variable in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(variable, raising=False)
    found = [replace(findings[0], place=replace(findings[0].place, path="train.py"))]

    def said() -> tuple[bool, str]:
        (issue,) = stdjson.loads(gitlab.render(found))
        return "file=part/train.py" in github.render(found), issue["location"]["path"]

    assert said() == (False, "train.py")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    assert said() == (True, "part/train.py")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "other"))
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path / "other"))
    assert said() == (False, "train.py")


def test_azure(findings: Sequence[Finding]) -> None:
    assert_snapshot("azure.txt", azure.render(findings))


def test_statistics_say_which_findings_can_be_fixed(findings: Sequence[Finding]) -> None:
    by_code = {finding.code: finding for finding in findings}
    leaf, saved, twice = (by_code[code] for code in ("AGL101", "AGL102", "AGL206"))
    fix = Fix("Do it", (), Applicability.SAFE)

    found = [replace(leaf, fix=fix), leaf, replace(saved, fix=fix), twice]

    assert statistics.render(found) == (
        "2  AGL101  [-] leaf-inplace\n"
        "1  AGL102  [*] saved-tensor-modified\n"
        "1  AGL206  [ ] backward-accumulates\n"
    )


def test_statistics(findings: Sequence[Finding]) -> None:
    assert statistics.render([*findings, findings[1]]) == (
        "2  AGL102  saved-tensor-modified\n"
        "1  AGL101  leaf-inplace\n"
        "1  AGL206  backward-accumulates\n"
    )
    first, *_ = stdjson.loads(statistics.render_json([*findings, findings[1]]))
    assert first == {
        "code": "AGL102",
        "name": "saved-tensor-modified",
        "count": 2,
        "fixable": False,
        "fixable_count": 0,
    }


def test_no_findings_are_empty_documents() -> None:
    for render in (json.render, gitlab.render):
        assert stdjson.loads(render([])) == []
    assert stdjson.loads(sarif.render([]))["runs"][0]["results"] == []
    assert stdjson.loads(rdjson.render([]))["diagnostics"] == []
    for render in (
        azure.render, concise.render, full.render, github.render, grouped.render, json_lines.render,
        pylint.render, statistics.render,
    ):  # fmt: skip
        assert render([]) == ""


@pytest.mark.parametrize("form", [azure, concise, full, github, grouped, pylint])
def test_a_message_is_one_line_and_steers_no_terminal(
    findings: Sequence[Finding], form: Any
) -> None:
    nasty = replace(findings[2], message="\x1b[2J\n##vso[task.complete]")
    lines = form.render([nasty]).splitlines()
    assert not any(line.startswith("##vso[task.complete]") for line in lines)
    assert not any("\x1b" in line for line in lines)
