"""The analysis of one file, and of many in worker processes."""

from __future__ import annotations

import multiprocessing
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograd_lint.discovery import absolute, display
from autograd_lint.finding import Confidence, Finding, Place, Severity
from autograd_lint.source import SourceFile, Unreadable, read
from autograd_lint.suppression import Suppressions, suppressions

UNREADABLE = "AGL900"
UNREADABLE_NAME = "unreadable-file"


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
    details: str | None = None
    """The traceback of an internal error."""


def unreadable(path: str, message: str) -> Finding:
    """The finding that a whole file cannot be read."""
    place = Place(path, None, 1, 1, 1, 1)
    return Finding(UNREADABLE, UNREADABLE_NAME, message, place, Severity.ERROR, Confidence.CERTAIN)


def analyse_file(path: Path) -> Outcome:
    """The outcome of the file at `path`; whatever goes wrong is part of it."""
    shown = display(path)
    try:
        source = read(path, shown)
    except Unreadable as error:
        return Outcome(shown, unread=(unreadable(shown, error.message),))
    return analyse_source(source)


def analyse_source(source: SourceFile) -> Outcome:
    """The outcome of a text that has been read."""
    from autograd_lint import rules

    sources = {source.path: source}

    def neighbours(name: str) -> SourceFile | None:
        found = _neighbour(name)
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
    kept, suppressed = _unsuppressed([*analysis.findings, *unread], sources)
    return Outcome(
        path=source.path,
        analysed=len(unread) < len(source.blocks),
        findings=tuple(finding for finding in kept if finding not in unread),
        functions=analysis.functions,
        given_up=given_up,
        unread=tuple(finding for finding in kept if finding in unread),
        suppressed=suppressed,
    )


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
    with ProcessPoolExecutor(jobs, multiprocessing.get_context(method)) as pool:
        futures = {pool.submit(analyse_file, path): path for path in paths}
        for future in as_completed(futures):
            yield futures[future], future.result()


def _neighbour(name: str) -> SourceFile | None:
    return _read(name) if _exists(name) else None


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


def _unsuppressed(
    findings: Iterable[Finding], sources: dict[str, SourceFile]
) -> tuple[list[Finding], int]:
    of_path: Callable[[str], Suppressions] = lru_cache(None)(
        lambda path: suppressions(sources[path])
    )
    kept: list[Finding] = []
    suppressed = 0
    for finding in findings:
        path = finding.place.path
        if path in sources and of_path(path).cover(finding):
            suppressed += 1
        else:
            kept.append(finding)
    return kept, suppressed
