"""The analysis of one file, and of many in worker processes."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from autograd_lint import disk
from autograd_lint.catalogue import UNREADABLE_FILE, all_rules
from autograd_lint.discovery import display
from autograd_lint.disk import Inputs, Neighbours
from autograd_lint.failure import Failure, distinct
from autograd_lint.finding import Confidence, Finding, Place
from autograd_lint.source import SourceFile, Unreadable, digest, from_bytes, read_bytes
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
    """What could not be read or parsed (AGL900)."""
    failed: tuple[Finding, ...] = ()
    """What mistakes of autograd-lint's own have cost (AGL900); all else was analysed."""
    suppressed: int = 0
    answerable: tuple[Suppression, ...] = ()
    """Its comments of which it is known what they silence, as far as this file is concerned."""
    used: frozenset[Place] = frozenset()
    """The codes in comments, here and in imported files, that have silenced something."""
    details: tuple[str, ...] = ()
    """The tracebacks of internal errors."""
    reached: frozenset[int] = frozenset()
    """The lines of its text in which executed statements begin; not kept of files."""
    digest: bytes | None = None
    """Of the bytes in which something was found."""
    inputs: Inputs | None = field(default=None, compare=False)
    """What it depends on, if that is a file."""


def unreadable(path: str, message: str) -> Finding:
    """The finding that a whole file cannot be read."""
    return _not_analysed(Place(path, None, 1, 1, 1, 1), message)


def _not_analysed(place: Place, message: str) -> Finding:
    rule = UNREADABLE_FILE
    return Finding(rule.code, rule.name, message, place, rule.severity, Confidence.CERTAIN)


def analyse_file(path: Path) -> Outcome:
    """The outcome of the file at `path`; whatever goes wrong is part of it."""
    shown = display(path)
    try:
        content = read_bytes(path, shown)
        source = from_bytes(content, path, shown)
    except Unreadable as error:
        return Outcome(shown, unread=(unreadable(shown, error.message),))
    neighbours = Neighbours()
    outcome = analyse_source(source, neighbours)
    held = digest(content)
    has_findings = outcome.findings or outcome.answerable
    return replace(
        outcome,
        reached=frozenset(),
        digest=held if has_findings else None,
        inputs=neighbours.inputs(held),
    )


def analyse_source(source: SourceFile, neighbour: Neighbour | None = None) -> Outcome:
    """The outcome of a text that has been read.

    `neighbour` gives the source of the file at a path, if there is one; by default, as it is on
    the disk.
    """
    try:
        with _rare_collections():
            return _outcome(source, neighbour or disk.neighbour)
    except Exception as error:  # a mistake of ours must not cost the other files
        whole = Failure.of("the whole file", Place(source.path, None, 1, 1, 1, 1), error)
        failed = _not_analysed(whole.place, whole.message())
        return Outcome(source.path, failed=(failed,), details=(whole.details,))


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Python looks for cycles after every few hundred objects, which takes a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _outcome(source: SourceFile, neighbour: Neighbour) -> Outcome:
    from autograd_lint import rules

    sources = {source.path: source}

    def neighbours(name: str) -> SourceFile | None:
        found = neighbour(name)
        if found is not None:
            sources.setdefault(found.path, found)
        return found

    analysis = rules.analyse(source, neighbours)
    unread = tuple(analysis.unparsable)
    given_up = tuple(analysis.given_up)
    if source.is_markdown:  # documents abbreviate: a block that is no Python is no mistake
        given_up += tuple((f"block at line {f.place.line}", f.message) for f in unread)
        unread = ()
    comments: Callable[[str], Suppressions] = lru_cache(None)(
        lambda path: suppressions(sources[path]) if path in sources else Suppressions()
    )
    own = comments(source.path)
    mistakes = list(analysis.failures)
    told = [
        _with_fix(finding, sources, mistakes)
        for finding in (*analysis.findings, *unknown_codes(own, all_rules()))
    ]
    failures = list(distinct(mistakes))
    failed = [_not_analysed(one.place, one.message(others)) for one, others in failures]

    def kept(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(f for f in findings if not comments(f.place.path).covering(f))

    found = [*told, *unread, *failed]
    is_complete = not given_up and not unread and not failed
    return Outcome(
        path=source.path,
        analysed=len(unread) < len(source.blocks),
        findings=kept(told),
        functions=analysis.functions,
        given_up=given_up,
        unread=kept(unread),
        failed=kept(failed),
        suppressed=len(found) - len(kept(found)),
        answerable=answerable(own, source, analysis.reached) if is_complete else (),
        used=frozenset(_used(found, comments)),
        details=tuple(failure.details for failure, _ in failures),
        reached=analysis.reached,
    )


def _with_fix(
    finding: Finding, sources: Mapping[str, SourceFile], mistakes: list[Failure]
) -> Finding:
    from autograd_lint.fixes import fix

    source = sources.get(finding.place.path)
    if finding.fix is not None or source is None:
        return finding
    try:
        return replace(finding, fix=fix(finding, source))
    except Exception as error:  # it must not cost the finding
        mistakes.append(Failure.of(f"the fix of {finding.code}", finding.place, error))
        return finding


def analyse_files(paths: Sequence[Path], jobs: int) -> Iterator[tuple[Path, Outcome]]:
    """The outcome of each of `paths` in no particular order, by up to `jobs` processes.

    A process that dies costs the file that it died of, and no other.
    """
    if jobs <= 1 or len(paths) <= 1:
        yield from ((path, analyse_file(path)) for path in paths)
        return
    from concurrent.futures.process import BrokenProcessPool

    undone = set(paths)
    try:
        for path, outcome in _in_processes(paths, min(jobs, len(paths))):
            undone.discard(path)
            yield path, outcome
    except BrokenProcessPool:
        for path in sorted(undone):
            yield path, _alone(path)


def _alone(path: Path) -> Outcome:
    from concurrent.futures.process import BrokenProcessPool

    try:
        return next(outcome for _, outcome in _in_processes([path], 1))
    except BrokenProcessPool:
        shown = display(path)
        message = "internal error: the process that analysed it died; please report it"
        return Outcome(shown, failed=(unreadable(shown, message),))


def _in_processes(paths: Iterable[Path], jobs: int) -> Iterator[tuple[Path, Outcome]]:
    import multiprocessing  # a run in one process is over before this is loaded
    from concurrent.futures import ProcessPoolExecutor, as_completed

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


def _used(findings: Iterable[Finding], comments: Callable[[str], Suppressions]) -> Iterator[Place]:
    for finding in findings:
        for suppression in comments(finding.place.path).covering(finding):
            yield from (word.place for word in suppression.covering(finding))
