"""The analysis of one file, and of many in worker processes."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from autograd_lint.catalogue import UNREADABLE_FILE, all_rules
from autograd_lint.discovery import absolute, display
from autograd_lint.finding import Confidence, Finding, Place
from autograd_lint.source import SourceFile, Unreadable, read
from autograd_lint.suppression import Suppression, Suppressions, suppressions
from autograd_lint.unused import answerable, unknown_codes

Neighbour: TypeAlias = Callable[[str], SourceFile | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file."""

    path: str
    analysed: bool = False
    """Whether at least a part of it was."""
    findings: tuple[Finding, ...] = ()
    """Without the suppressed ones."""
    functions: int = 0
    given_up: tuple[tuple[str, str], ...] = ()
    """The name of what was given up, and why."""
    unread: tuple[Finding, ...] = ()
    """What could not be read, parsed or analysed (AGL900)."""
    suppressed: int = 0
    answerable: tuple[Suppression, ...] = ()
    """Its comments of which it is known what they silence, as far as this file is concerned."""
    used: frozenset[Place] = frozenset()
    """The codes in comments, here and in imported files, that have silenced something."""
    details: str | None = None
    """The traceback of an internal error."""


def unreadable(path: str, message: str) -> Finding:
    """The finding that a whole file cannot be read."""
    rule = UNREADABLE_FILE
    place = Place(path, None, 1, 1, 1, 1)
    return Finding(rule.code, rule.name, message, place, rule.severity, Confidence.CERTAIN)


def analyse_file(path: Path) -> Outcome:
    """The outcome of the file at `path`; whatever goes wrong is part of it."""
    shown = display(path)
    try:
        source = read(path, shown)
    except Unreadable as error:
        return Outcome(shown, unread=(unreadable(shown, error.message),))
    return analyse_source(source)


def analyse_source(source: SourceFile, neighbour: Neighbour | None = None) -> Outcome:
    """The outcome of a text that has been read.

    `neighbour` gives the source of the file at a path, if there is one; by default, as it is on
    the disk.
    """
    from autograd_lint import rules

    sources = {source.path: source}

    def neighbours(name: str) -> SourceFile | None:
        found = (neighbour or neighbour_on_disk)(name)
        if found is not None:
            sources.setdefault(found.path, found)
        return found

    try:
        analysis = rules.analyse(source, neighbours)
    except Exception as error:  # a mistake of ours must not cost the other files
        what = f"internal error: {type(error).__name__}: {error}".splitlines()[0]
        finding = unreadable(source.path, f"{what}; please report it")
        return Outcome(source.path, unread=(finding,), details=traceback.format_exc())
    unread = tuple(analysis.unparsable)
    given_up = tuple(analysis.given_up)
    if source.is_markdown:  # documents abbreviate: a block that is no Python is no mistake
        given_up += tuple((f"block at line {f.place.line}", f.message) for f in unread)
        unread = ()
    comments: Callable[[str], Suppressions] = lru_cache(None)(
        lambda path: suppressions(sources[path]) if path in sources else Suppressions()
    )
    own = comments(source.path)
    unknown = unknown_codes(own, all_rules())
    found = [*analysis.findings, *unread, *unknown]
    kept = [finding for finding in found if not comments(finding.place.path).covering(finding)]
    is_complete = not given_up and not unread
    return Outcome(
        path=source.path,
        analysed=len(unread) < len(source.blocks),
        findings=tuple(_with_fix(f, sources) for f in kept if f not in unread),
        functions=analysis.functions,
        given_up=given_up,
        unread=tuple(finding for finding in kept if finding in unread),
        suppressed=len(found) - len(kept),
        answerable=answerable(own, source, analysis.reached) if is_complete else (),
        used=frozenset(_used(found, comments)),
    )


def _with_fix(finding: Finding, sources: Mapping[str, SourceFile]) -> Finding:
    from autograd_lint.fixes import fix

    source = sources.get(finding.place.path)
    if finding.fix is not None or source is None:
        return finding
    try:
        return replace(finding, fix=fix(finding, source))
    except Exception:  # a mistake of ours in a fix must not cost the finding
        return finding


def analyse_files(paths: Sequence[Path], jobs: int) -> Iterator[Outcome]:
    """The outcomes of `paths` in no particular order, by up to `jobs` processes.

    A process that dies costs the file that it died of, and no other.
    """
    if jobs <= 1 or len(paths) <= 1:
        yield from map(analyse_file, paths)
        return
    undone = set(paths)
    try:
        for path, outcome in _in_processes(paths, min(jobs, len(paths))):
            undone.discard(path)
            yield outcome
    except BrokenProcessPool:
        for path in sorted(undone):
            yield _alone(path)


def _alone(path: Path) -> Outcome:
    try:
        return next(outcome for _, outcome in _in_processes([path], 1))
    except BrokenProcessPool:
        shown = display(path)
        message = "internal error: the process that analysed it died; please report it"
        return Outcome(shown, unread=(unreadable(shown, message),))


def _in_processes(paths: Iterable[Path], jobs: int) -> Iterator[tuple[Path, Outcome]]:
    # A forked process shares what its parent has imported; elsewhere forking is not safe.
    method = "fork" if sys.platform == "linux" else "spawn"
    if method == "fork":
        from autograd_lint import rules  # noqa: F401
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(jobs, context, _end_on_interrupt) as pool:
        futures = {pool.submit(analyse_file, path): path for path in paths}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _end_on_interrupt() -> None:
    """Otherwise a worker would take Ctrl-C for the outcome of its file, and go on to the next."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def neighbour_on_disk(name: str) -> SourceFile | None:
    """The source of the file at a path, `None` where there is none that can be read."""
    return _read(name) if _exists(name) else None


def forget() -> None:
    """Files may have changed: what is known of those that are imported is read anew."""
    _exists.cache_clear()
    _read.cache_clear()


@lru_cache(maxsize=1 << 16)  # most places in which a module could be hold none
def _exists(name: str) -> bool:
    return absolute(name).is_file()


@lru_cache(maxsize=256)
def _read(name: str) -> SourceFile | None:
    path = absolute(name)
    try:
        return read(path, display(path))
    except Unreadable:
        return None


def _used(findings: Iterable[Finding], comments: Callable[[str], Suppressions]) -> Iterator[Place]:
    for finding in findings:
        for suppression in comments(finding.place.path).covering(finding):
            yield from (word.place for word in suppression.covering(finding))
