"""The analysis of one file: parse it, execute it, and collect what the rules say."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import lru_cache

from autograd_lint.finding import Confidence, Finding, Severity
from autograd_lint.interpreter.imports import Importer
from autograd_lint.interpreter.paths import Budget
from autograd_lint.interpreter.program import explore
from autograd_lint.rules import Analysis
from autograd_lint.rules.rule import Rule
from autograd_lint.rules.watch import Watch
from autograd_lint.source import SourceFile
from autograd_lint.syntax import Unparsable, lower, tree

_RECURSION = 12_000
"""The interpreter recurses over the program's calls and expressions."""


def analyse(
    source: SourceFile,
    neighbours: Callable[[str], SourceFile | None],
    rules: Iterable[Rule],
) -> Analysis:
    """Execute a file symbolically under the eyes of these rules."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION))
    try:
        return _analyse(source, neighbours, rules)
    finally:
        sys.setrecursionlimit(limit)


def _analyse(
    source: SourceFile,
    neighbours: Callable[[str], SourceFile | None],
    rules: Iterable[Rule],
) -> Analysis:
    unparsable: list[Finding] = []
    blocks: list[tuple[tree.Stmt, ...]] = []
    for block in source.blocks:
        try:
            blocks.append(lower(block.text, block.first_line))
        except Unparsable as error:
            unparsable.append(_unparsable(source, error))
    watch = Watch(rules)
    importer = Importer(neighbours, _parse)
    explored = explore(source, blocks, importer, watch, Budget())
    return Analysis(
        watch.findings(),
        explored.functions,
        explored.given_up,
        unparsable,
        explored.reached,
        [*explored.failures, *importer.failures, *watch.failures],
    )


@lru_cache(maxsize=256)  # what many files import is parsed once
def _parse(source: SourceFile) -> tuple[tree.Stmt, ...] | None:
    try:
        return tuple(
            statement
            for block in source.blocks
            for statement in lower(block.text, block.first_line)
        )
    except Unparsable:
        return None


def _unparsable(source: SourceFile, error: Unparsable) -> Finding:
    line, column = error.line, max(error.column, 0)
    return Finding(
        code="AGL900",
        name="unreadable-file",
        message=f"this cannot be parsed: {error.message}",
        place=source.place((line, column, line, column + 1)),
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
    )
