"""From paths and a configuration to everything that there is to say about them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from autograd_lint.config import Config
from autograd_lint.discovery import absolute, discover, display
from autograd_lint.finding import Confidence, Finding, Place, Severity
from autograd_lint.selection import Described, known, selects
from autograd_lint.source import SourceFile, Unreadable, decode, from_text, read, read_bytes
from autograd_lint.worker import (
    UNREADABLE,
    UNREADABLE_NAME,
    Outcome,
    analyse_files,
    analyse_source,
    unreadable,
)


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """AGL900, which belongs to no part of autograd."""

    code: str = UNREADABLE
    name: str = UNREADABLE_NAME
    severity: Severity = Severity.ERROR
    preview: bool = False
    page: str = """A file that cannot be read, parsed or analysed.

    Nothing is known about such a file, so nothing that is wrong in it can be found, and a run
    that says nothing about it would be taken for a clean one. The message says what stopped the
    reader: the encoding, the syntax, the size, the permissions, or a mistake of autograd-lint's
    own, which asks to be reported.

    Code blocks of Markdown that are no complete Python are no findings; `--verbose` names them.
    """


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A function, or part of a file, that was not analysed to its end."""

    path: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and what was and was not analysed."""

    findings: tuple[Finding, ...] = ()
    """Those to show, sorted by path, place and code."""
    files: int = 0
    """How many were analysed."""
    functions: int = 0
    without_torch: int = 0
    """How many files do not mention torch and were left at that."""
    given_up: tuple[GivenUp, ...] = ()
    unread: tuple[Finding, ...] = ()
    """What could not be read, parsed or analysed, whether AGL900 is selected or not."""
    missing: tuple[str, ...] = ()
    """Paths that do not exist."""
    suppressed: int = 0
    hidden: int = 0
    """Findings that are only possible, and were not asked for."""
    details: tuple[str, ...] = ()
    """Tracebacks of internal errors."""
    texts: Mapping[str, SourceFile] = field(default_factory=dict)
    """Sources that are not files."""


def all_rules() -> dict[str, Described]:
    """Every rule by its code, those about the tool itself included."""
    from autograd_lint.rules import registry

    rules: dict[str, Described] = {UNREADABLE: UnreadableFile(), **registry()}
    return dict(sorted(rules.items()))


def check(paths: Iterable[str], config: Config, jobs: int = 1) -> Report:
    """Checks the files at and under `paths`; nothing that is read is executed.

    Raises `UnknownSelector` where the configuration names no rule.
    """
    on = _codes_on(config)
    found = discover(paths, config.exclude, config.default_exclude)
    outcomes: list[Outcome] = []
    candidates: list[tuple[int, Path]] = []
    without_torch = 0
    for path in found.files:
        shown = display(path)
        try:
            content = read_bytes(path, shown)
            mentions = _mentions_torch(decode(content, path, shown))
        except Unreadable as error:
            outcomes.append(Outcome(shown, unread=(unreadable(shown, error.message),)))
            continue
        if mentions:
            candidates.append((len(content), path))
        else:
            without_torch += 1
    # The largest first: a long one that starts last would keep everybody waiting.
    largest_first = [path for _, path in sorted(candidates, key=lambda item: (-item[0], item[1]))]
    outcomes.extend(analyse_files(largest_first, jobs))
    return _report(outcomes, on, config, without_torch, tuple(found.missing))


def check_text(text: str, filename: str, config: Config) -> Report:
    """Checks one text; the suffix of `filename` says what it is. Raises `UnknownSelector`."""
    on = _codes_on(config)
    try:
        source = from_text(text, absolute(filename), filename)
    except Unreadable as error:
        return unread_text(filename, error.message, config)
    if not _mentions_torch(text):
        return _report([], on, config, without_torch=1)
    return _report([analyse_source(source)], on, config, texts={filename: source})


def unread_text(filename: str, message: str, config: Config) -> Report:
    """The report on a text that could not be read, because of `message`."""
    outcome = Outcome(filename, unread=(unreadable(filename, message),))
    return _report([outcome], _codes_on(config), config)


def listing(report: Report) -> Callable[[Place], Sequence[str]]:
    """The lines of the file or cell that a place is in, as its author sees them.

    There are none where the file cannot be read (any more).
    """

    @lru_cache(maxsize=256)
    def source(path: str) -> SourceFile | None:
        try:
            return report.texts.get(path) or read(absolute(path), path)
        except Unreadable:
            return None

    def lines(place: Place) -> Sequence[str]:
        found = source(place.path)
        return found.listing.get(place.cell, ()) if found is not None else ()

    return lines


def _mentions_torch(text: str) -> bool:
    from autograd_lint.syntax.outline import mentions_torch

    return mentions_torch(text)


def _codes_on(config: Config) -> frozenset[str]:
    rules = all_rules()
    for _, codes in config.per_file_ignores:
        for code in codes:
            known(code, rules)
    return config.selection.codes(rules)


def _report(
    outcomes: Iterable[Outcome],
    on: frozenset[str],
    config: Config,
    without_torch: int = 0,
    missing: tuple[str, ...] = (),
    texts: Mapping[str, SourceFile] | None = None,
) -> Report:
    outcomes = sorted(outcomes, key=lambda outcome: outcome.path)
    rules = all_rules()
    findings = [
        finding
        for outcome in outcomes
        for finding in (*outcome.findings, *outcome.unread)
        if finding.code in on and not _is_ignored_there(finding, config, rules)
    ]
    unique = list(_without_twins(findings))
    shown = [f for f in unique if config.show_possible or f.confidence != Confidence.POSSIBLE]
    return Report(
        findings=tuple(shown),
        files=sum(outcome.analysed for outcome in outcomes),
        functions=sum(outcome.functions for outcome in outcomes),
        without_torch=without_torch,
        given_up=tuple(GivenUp(o.path, name, why) for o in outcomes for name, why in o.given_up),
        unread=tuple(finding for outcome in outcomes for finding in outcome.unread),
        missing=missing,
        suppressed=sum(outcome.suppressed for outcome in outcomes),
        hidden=len(unique) - len(shown),
        details=tuple(outcome.details for outcome in outcomes if outcome.details),
        texts=texts or {},
    )


def _is_ignored_there(finding: Finding, config: Config, rules: Mapping[str, Described]) -> bool:
    path = Path(os.path.abspath(finding.place.path))
    rule = rules.get(finding.code)
    return any(
        rule is not None and ignore.verdict(path) and any(selects(code, rule) for code in codes)
        for ignore, codes in config.per_file_ignores
    )


def _without_twins(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Sorted; of several with the same code and place (from files that import each other) one.

    The most confident stays, then the one with the shortest trace.
    """
    ranks = {Confidence.CERTAIN: 0, Confidence.LIKELY: 1, Confidence.POSSIBLE: 2}

    def order(finding: Finding) -> tuple[object, ...]:
        place = finding.place
        start = (place.path, place.cell or 0, place.line, place.column, finding.code)
        strength = (ranks[finding.confidence], len(finding.trace), finding.message)
        trace = [(s.message, s.place.path, s.place.cell or 0, s.place.line) for s in finding.trace]
        return (start, (place.end_line, place.end_column), strength, trace)

    seen: set[tuple[str, Place]] = set()
    for finding in sorted(findings, key=order):
        key = (finding.code, finding.place)
        if key not in seen:
            seen.add(key)
            yield finding
