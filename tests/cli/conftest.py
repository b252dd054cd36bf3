"""An engine that finds what it is told to, so that these tests are about what is around it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click.testing
import pytest

from autograd_lint import Confidence, Finding, Severity, Step, cli, rules
from autograd_lint.failure import Failure
from autograd_lint.source import SourceFile

WORDS = {
    "LEAF": ("AGL101", "leaf-inplace", Severity.ERROR, Confidence.CERTAIN),
    "TWICE": ("AGL201", "backward-twice", Severity.ERROR, Confidence.LIKELY),
    "MAYBE": ("AGL206", "backward-accumulates", Severity.WARNING, Confidence.POSSIBLE),
    "NAN": ("AGL701", "where-guards-value", Severity.WARNING, Confidence.CERTAIN),
}


@dataclass
class Rule:
    code: str
    name: str
    severity: Severity
    page: str = "What it does, in one sentence.\n\n    And more.\n"
    preview: bool = False


@dataclass
class Analysis:
    findings: list[Finding] = field(default_factory=list)
    functions: int = 0
    given_up: list[tuple[str, str]] = field(default_factory=list)
    unparsable: list[Finding] = field(default_factory=list)
    reached: frozenset[int] = frozenset()
    failures: list[Failure] = field(default_factory=list)


def registry() -> dict[str, Rule]:
    found = {c: Rule(c, name, severity) for c, name, severity, _ in WORDS.values()}
    found["AGL701"].preview = True
    return found


def analyse(source: SourceFile, neighbours: Callable[[str], SourceFile | None]) -> Analysis:
    """Finds a word of `WORDS` wherever it stands; other words make it fail in other ways."""
    result = Analysis()
    if "CRASH" in source.text:
        raise RuntimeError("out of\nluck")
    if "DIE" in source.text:
        import os

        os._exit(3)
    if "GIVE_UP" in source.text:
        result.given_up.append(("train", "budget spent"))
    if "NEIGHBOUR" in source.text:
        other = neighbours(str(source.absolute.with_name("other.py")))
        if other is not None:
            result.findings += analyse(other, neighbours).findings
    for block in source.blocks:
        try:
            ast.parse(block.text)
        except SyntaxError as error:
            line = block.first_line + (error.lineno or 1) - 1
            place = source.place((line, 0, line, 1))
            found = Finding(
                "AGL900", "unreadable-file", str(error.msg), place, Severity.ERROR,
                Confidence.CERTAIN,
            )  # fmt: skip
            result.unparsable.append(found)
    lines = source.text.split("\n")
    result.reached = frozenset(
        number for number, line in enumerate(lines, start=1) if "UNREACHED" not in line
    )
    for number, line in enumerate(lines, start=1):
        result.functions += line.startswith("def ")
        for word, (code, name, severity, confidence) in WORDS.items():
            if word in line:
                column = line.index(word)
                place = source.place((number, column, number, column + len(word)))
                trace = (Step("here", replace(place, line=1, end_line=1)),)
                result.findings.append(
                    Finding(code, name, f"{word} found", place, severity, confidence, trace)
                )
    return result


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rules, "analyse", analyse, raising=False)
    monkeypatch.setattr(rules, "registry", registry, raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file below the current folder; Python files get a first line that names torch."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        head = "import torch\n" if name.endswith(".py") else ""
        path.write_text(head + text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def run() -> Callable[..., click.testing.Result]:
    """Runs the command line in this process."""

    def run(*arguments: str, **options: Any) -> click.testing.Result:
        runner = click.testing.CliRunner()
        result = runner.invoke(cli.main, arguments, prog_name="autograd-lint", **options)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
