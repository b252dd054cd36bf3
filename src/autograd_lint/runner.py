"""From paths and a configuration to everything that there is to say about them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from autograd_lint.catalogue import UNUSED_SUPPRESSION, all_rules
from autograd_lint.config import Config, ConfigOf
from autograd_lint.discovery import absolute, discover, display
from autograd_lint.finding import Confidence, Finding, Place
from autograd_lint.sharding import Shard
from autograd_lint.source import (
    SourceFile,
    Unreadable,
    decode,
    digest,
    from_text,
    read,
    read_bytes,
)

if TYPE_CHECKING:
    from autograd_lint.cache import Cache
    from autograd_lint.worker import Neighbour, Outcome


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
    """What could not be read or parsed, whether AGL900 is selected or not."""
    failed: tuple[Finding, ...] = ()
    """What was not analysed to its end by a mistake of autograd-lint's own, likewise."""
    missing: tuple[str, ...] = ()
    """Paths that do not exist."""
    suppressed: int = 0
    hidden: int = 0
    """Findings that are only possible, and were not asked for."""
    known: int = 0
    """Findings that are in a baseline."""
    elsewhere: int = 0
    """Files that belong to other shards."""
    checked: frozenset[Path] = frozenset()
    """The files that were to be checked, as opposed to those that they import."""
    fixed: int | None = None
    """How many findings were fixed, and are not in `findings`, if any were to be."""
    unfixed: int = 0
    """How many fixes did not do, so that their findings are still there."""
    details: tuple[str, ...] = ()
    """Tracebacks of internal errors."""
    texts: Mapping[str, SourceFile] = field(default_factory=dict)
    """Sources that are not files."""
    digests: Mapping[Path, bytes] = field(default_factory=dict)
    """Of what files held that have findings."""

    def is_about(self, path: Path, content: bytes) -> bool:
        """Whether a file held `content` when it was analysed, as far as that is known."""
        return self.digests.get(path) in (None, digest(content))


OnProgress: TypeAlias = Callable[[int, int], None]
"""Is told how many of how many files are done."""


def check(
    paths: Iterable[str],
    config_of: ConfigOf,
    jobs: int = 1,
    on_progress: OnProgress | None = None,
    shard: Shard | None = None,
    cache: Cache | None = None,
) -> Report:
    """Checks the files at and under `paths`, or a shard of them; nothing that is read is executed.

    What the `cache` knows is not analysed again. Raises `ConfigError` where a configuration on the
    way cannot be used, and `BrokenBaseline`.
    """
    found = discover(paths, lambda folder: config_of(folder).exclusion)
    looks = {path: _look(path, with_digest=cache is not None) for path in found.files}
    checked = _shared(looks, shard)
    unread = {path: look.unread for path, look in looks.items() if look.unread is not None}
    without_torch = {path for path, look in looks.items() if look.is_without_torch}
    outcomes = [outcome for path, outcome in unread.items() if path in checked]
    candidates = checked - unread.keys() - without_torch
    unknown = set(candidates)
    if cache is not None:
        for path in candidates:
            content = looks[path].digest
            if content is not None and (known := cache.find(path, content)) is not None:
                outcomes.append(known)
                unknown.discard(path)
    # The largest first: a long one that starts last would keep everybody waiting.
    largest_first = sorted(unknown, key=lambda path: (-looks[path].weight, path))
    for done, (path, outcome) in enumerate(_analysed(largest_first, jobs), start=1):
        outcomes.append(outcome)
        if cache is not None:
            cache.keep(path, outcome)
        if on_progress is not None:
            on_progress(done, len(largest_first))
    report = _report(
        outcomes, config_of, checked, len(without_torch & checked), tuple(found.missing)
    )
    return replace(report, elsewhere=len(looks) - len(checked))


def chosen(
    paths: Iterable[str], config_of: ConfigOf, shard: Shard | None = None
) -> tuple[Sequence[Path], Sequence[str]]:
    """The files that `check` checks, and those of `paths` that do not exist."""
    found = discover(paths, lambda folder: config_of(folder).exclusion)
    if shard is None:
        return found.files, found.missing
    checked = _shared({path: _look(path) for path in found.files}, shard)
    return [path for path in found.files if path in checked], found.missing


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known of a file before it is analysed."""

    weight: int = 1
    """How much there is to do."""
    digest: bytes | None = None
    """What a cache knows it by, where there is something to analyse."""
    is_without_torch: bool = False
    unread: Outcome | None = None


def _look(path: Path, *, with_digest: bool = False) -> _Look:
    shown = display(path)
    try:
        content = read_bytes(path, shown)
        if not _mentions_torch(decode(content, path, shown)):
            return _Look(is_without_torch=True)
    except Unreadable as error:
        return _Look(unread=_unread(shown, error.message))
    return _Look(len(content), digest(content) if with_digest else None)


def _shared(looks: Mapping[Path, _Look], shard: Shard | None) -> frozenset[Path]:
    """The files of a share of the run, or all of them."""
    if shard is None:
        return frozenset(looks)
    return shard.of({path: look.weight for path, look in looks.items()})


def check_text(
    text: str, filename: str, config: Config, neighbour: Neighbour | None = None
) -> Report:
    """Checks one text; the suffix of `filename` says what it is.

    What it imports is asked of `neighbour` by path, or read from the disk.
    """
    path = absolute(filename)
    try:
        source = from_text(text, path, filename)
    except Unreadable as error:
        return unread_text(filename, error.message, config)
    config_of = _always(config)
    if not _mentions_torch(text):
        return _report([], config_of, [path], without_torch=1)
    from autograd_lint.worker import analyse_source

    outcomes = [analyse_source(source, neighbour)]
    return _report(outcomes, config_of, [path], texts={filename: source})


def unread_text(filename: str, message: str, config: Config) -> Report:
    """The report on a text that could not be read, because of `message`."""
    return _report([_unread(filename, message)], _always(config), [absolute(filename)])


def _analysed(paths: Sequence[Path], jobs: int) -> Iterator[tuple[Path, Outcome]]:
    if paths:  # where nothing is to be analysed, nothing is loaded that would do it
        from autograd_lint.worker import analyse_files

        yield from analyse_files(paths, jobs)


def _unread(path: str, message: str) -> Outcome:
    from autograd_lint.worker import Outcome, unreadable

    return Outcome(path, unread=(unreadable(path, message),))


def _always(config: Config) -> ConfigOf:
    return lambda folder: config


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


def _report(
    outcomes: Iterable[Outcome],
    config_of: ConfigOf,
    checked: Collection[Path],
    without_torch: int = 0,
    missing: tuple[str, ...] = (),
    texts: Mapping[str, SourceFile] | None = None,
) -> Report:
    outcomes = sorted(outcomes, key=lambda outcome: outcome.path)
    codes_on = selected(config_of)
    findings = [
        finding
        for outcome in outcomes
        for finding in (*outcome.findings, *outcome.unread, *outcome.failed)
        if finding.code in codes_on(finding.place.path)
    ]
    findings.extend(_unused(outcomes, codes_on, config_of, checked))
    unique = list(_without_twins(findings))

    def is_shown(finding: Finding) -> bool:
        possible = finding.confidence is Confidence.POSSIBLE
        return not possible or config_of(absolute(finding.place.path).parent).show_possible

    shown = [finding for finding in unique if is_shown(finding)]
    unknown = _unknown(shown, config_of, texts or {})
    return Report(
        findings=tuple(unknown),
        files=sum(outcome.analysed for outcome in outcomes),
        functions=sum(outcome.functions for outcome in outcomes),
        without_torch=without_torch,
        given_up=tuple(GivenUp(o.path, name, why) for o in outcomes for name, why in o.given_up),
        unread=tuple(finding for outcome in outcomes for finding in outcome.unread),
        failed=tuple(_without_twins(f for outcome in outcomes for f in outcome.failed)),
        missing=missing,
        suppressed=sum(outcome.suppressed for outcome in outcomes),
        hidden=len(unique) - len(shown),
        known=len(shown) - len(unknown),
        checked=frozenset(checked),
        details=tuple(dict.fromkeys(text for outcome in outcomes for text in outcome.details)),
        texts=texts or {},
        digests={absolute(o.path): o.digest for o in outcomes if o.digest is not None},
    )


def selected(config_of: ConfigOf) -> Callable[[str], frozenset[str]]:
    """The rules that are on in the file at a path."""

    @cache
    def codes_on(path: str) -> frozenset[str]:
        rules = all_rules()  # which are loaded only if somebody asks: most files are clean
        file = absolute(path)
        config = config_of(file.parent)
        return frozenset(
            code
            for code in config.selection.codes(rules)
            if not any(ignore.covers(file, rules[code]) for ignore in config.per_file_ignores)
        )

    return codes_on


def _unused(
    outcomes: Sequence[Outcome],
    codes_on: Callable[[str], frozenset[str]],
    config_of: ConfigOf,
    checked: Collection[Path],
) -> Iterator[Finding]:
    """AGL901 where nothing that was not analysed could prove it wrong."""
    used = frozenset(place for outcome in outcomes for place in outcome.used)
    incomplete = {absolute(o.path) for o in outcomes if o.given_up or o.unread or o.failed}
    for outcome in outcomes:
        if not outcome.answerable:
            continue
        rules, on = all_rules(), codes_on(outcome.path)
        if UNUSED_SUPPRESSION.code not in on:
            continue
        from autograd_lint.importers import importers, project
        from autograd_lint.unused import unused

        found = [unused(suppression, used, on, rules) for suppression in outcome.answerable]
        told = [finding for finding in found if finding is not None]
        if told:
            path = absolute(outcome.path)
            files = project(path, lambda folder: config_of(folder).exclusion)
            users = importers(path, files)
            if users.issubset(checked) and users.isdisjoint(incomplete):
                yield from told


def _unknown(
    findings: Sequence[Finding], config_of: ConfigOf, texts: Mapping[str, SourceFile]
) -> list[Finding]:
    """Those of `findings` that the baselines of their files do not know."""

    by_baseline: dict[Path | None, list[Finding]] = {}
    for finding in findings:
        config = config_of(absolute(finding.place.path).parent)
        by_baseline.setdefault(config.baseline, []).append(finding)
    lines = listing(Report(texts=texts))
    known: set[Finding] = set()
    for path, about in by_baseline.items():
        if path is not None:
            from autograd_lint import baseline

            known |= baseline.known(about, lines, path)
    return [finding for finding in findings if finding not in known]


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
