"""Fixes made in files: each one stays only if the analysis of the changed program bears it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher, unified_diff
from functools import partial
from pathlib import Path

from autograd_lint import disk
from autograd_lint.catalogue import UNUSED_SUPPRESSION
from autograd_lint.discovery import absolute, display
from autograd_lint.finding import Edit, Finding, Place
from autograd_lint.source import (
    SourceFile,
    Unreadable,
    decode,
    edited,
    from_bytes,
    read_bytes,
    statements,
)
from autograd_lint.worker import Neighbour, analyse_source

_ROUNDS = 10
"""Fixes of the same lines are made one after the other, at most so many times."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the fixes make of one file."""

    path: str
    """As findings show it."""
    absolute: Path
    before: bytes
    after: bytes
    fixed: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fixing:
    """What came of the fixes: the files that they change, and those that did not work out."""

    changes: tuple[Change, ...] = ()
    refused: tuple[Finding, ...] = ()
    """After their fix the finding would still be there, or another one."""
    stale: tuple[str, ...] = ()
    """The paths of files that no longer hold what the findings are about."""

    @property
    def fixed(self) -> int:
        return sum(len(change.fixed) for change in self.changes)


def applicable(finding: Finding, *, unsafe: bool) -> bool:
    """Whether a finding has a fix that may be made, if `unsafe` an unsafe one too."""
    return finding.fix is not None and (unsafe or finding.fix.is_safe)


def fix(
    findings: Iterable[Finding],
    files: Collection[Path],
    *,
    unsafe: Collection[Path] = (),
    contents: Mapping[Path, bytes] | None = None,
    is_about: Callable[[Path, bytes], bool] = lambda path, content: True,
    is_on: Callable[[str, str], bool] = lambda path, code: True,
    neighbour: Neighbour = disk.neighbour,
) -> Fixing:
    """Make the fixes of `findings` in those of `files` that they are in; nothing is written.

    In the files `unsafe`, the unsafe ones are made as well. `is_about` tells whether the findings in
    a file are about this content of it. `contents` stands for what is on the disk at these paths;
    what is imported from others is asked of `neighbour`. What the program only comes to once it is
    fixed is fixed as well, where `is_on` says so of a path and a code.
    """
    workspace = _Workspace(dict(contents or {}), neighbour)
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        if absolute(finding.place.path) in files:
            by_path.setdefault(finding.place.path, []).append(finding)
    changes: list[Change] = []
    refused: list[Finding] = []
    stale: list[str] = []
    for path, found in sorted(by_path.items()):
        file = _File(workspace, path, found, absolute(path) in unsafe, partial(is_on, path))
        wanted = file.wanted(found)
        if not wanted:
            continue
        try:
            before = workspace.content(absolute(path))
            if not is_about(absolute(path), before):
                stale.append(path)
                continue
            file.fix()
            after = workspace.content(absolute(path))
        except Unreadable:
            refused += wanted
            continue
        refused += file.refused
        if after != before:
            changes.append(Change(path, absolute(path), before, after, tuple(file.fixed)))
    return Fixing(tuple(changes), tuple(refused), tuple(stale))


def fix_one(
    finding: Finding, contents: Mapping[Path, bytes], neighbour: Neighbour = disk.neighbour
) -> Change | None:
    """Make the fix of one finding, and what follows of it; None where that does not work out.

    The finding is about `contents`, which with `neighbour` stand for the disk as in `fix`.
    """
    workspace = _Workspace(dict(contents), neighbour)
    path = absolute(finding.place.path)
    file = _File(workspace, finding.place.path, [finding], unsafe=True, is_on=lambda code: False)
    try:
        before = workspace.content(path)
        file.fix_only(finding)
        after = workspace.content(path)
    except Unreadable:
        return None
    if after == before:
        return None
    return Change(finding.place.path, path, before, after, tuple(file.fixed))


def diff(change: Change) -> str:
    """A change as a unified diff."""
    before, after = (
        decode(content, change.absolute, change.path).splitlines(keepends=True)
        for content in (change.before, change.after)
    )
    lines = unified_diff(before, after, change.path, change.path)
    return "".join(
        line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


@dataclass(slots=True)
class _Workspace:
    """The files as the fixes so far have left them."""

    contents: dict[Path, bytes]
    beside: Neighbour
    """Gives the files that are as they are on the disk."""

    def content(self, path: Path) -> bytes:
        if path not in self.contents:
            self.contents[path] = read_bytes(path, str(path))
        return self.contents[path]

    def source(self, path: str) -> SourceFile:
        return from_bytes(self.content(absolute(path)), absolute(path), path)

    def neighbour(self, name: str) -> SourceFile | None:
        path = absolute(name)
        if path not in self.contents:
            return self.beside(name)
        try:
            return self.source(display(path))
        except Unreadable:
            return None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the analysis says of a program."""

    findings: frozenset[Finding]
    undone: int
    """How many of its parts could not be analysed to their end."""
    source: SourceFile
    """The file that is being fixed."""
    reached: frozenset[int]
    """Those of its lines in which executed statements begin."""

    def bears_out(self, before: _Verdict, fixed: Sequence[Finding]) -> bool:
        """Whether the program has the findings that it had `before`, at most, without `fixed`.

        What stands where the program had not come to before is no fault of the fix, if it is no
        repetition of what was fixed.
        """
        rest = _codes(before.findings)
        rest.subtract(_codes(fixed))
        again = {finding.code for finding in fixed}
        now = _codes(f for f in self.findings if f.code in again or not self.uncovers(f, before))
        return self.undone <= before.undone and all(now[code] <= rest[code] for code in now)

    def uncovers(self, finding: Finding, before: _Verdict) -> bool:
        """Whether a finding stands in a line that was there `before`, and was not executed."""
        place = finding.place
        position = self.source.position(place) if place.path == self.source.path else None
        if position is None:
            return False
        old, new = (verdict.source.text.split("\n") for verdict in (before, self))
        for since, at, size in SequenceMatcher(None, old, new, False).get_matching_blocks():
            if at < position[0] <= at + size:
                return position[0] - at + since not in _executed(before.source, before.reached)
        return False


def _executed(source: SourceFile, reached: frozenset[int]) -> set[int]:
    """All lines of the statements that begin, or have a part that begins, in those `reached`."""
    lines: set[int] = set()
    for block in source.blocks:
        for statement in statements(block.text):
            shift = block.first_line - 1
            own = range(statement.first + shift, statement.last + shift + 1)
            if not reached.isdisjoint(own):
                lines.update(own)
    return lines


def _codes(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(code for code, _ in {(f.code, f.place) for f in findings})


@dataclass(slots=True)
class _File:
    """One file whose findings are being fixed."""

    workspace: _Workspace
    path: str
    found: list[Finding]
    """All that is told of in it."""
    unsafe: bool
    is_on: Callable[[str], bool]
    """Whether more may be told of a rule."""
    untold: set[tuple[str, str]] = field(default_factory=set)
    """The codes and messages of what is in it and not told of: it is known, for instance."""
    fixed: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)

    @property
    def paths(self) -> set[str]:
        """The files to analyse: a finding may come from another one, which calls what is in this."""
        return {self.path, *(step.place.path for f in self.found for step in f.trace)}

    def fix_only(self, finding: Finding) -> None:
        """Make one fix, if the analysis bears it out."""
        self._attempt([finding], self._verdict(self.paths), self.paths)

    def wanted(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those that have a fix which may be made."""
        return [finding for finding in findings if applicable(finding, unsafe=self.unsafe)]

    def fix(self) -> None:
        """Make all fixes that the analysis bears out."""
        paths = self.paths
        wanted = self.wanted(self.found)
        codes = {finding.code for finding in wanted}
        verdict = self._verdict(paths)
        told = {(finding.code, finding.message) for finding in self.found}
        self.untold = {(finding.code, finding.message) for finding in verdict.findings} - told
        # What a comment silences shows in the whole run only, so these come first, as they were found.
        comments = _apart(f for f in wanted if f.code == UNUSED_SUPPRESSION.code)
        if comments:
            verdict = self._attempt(comments, verdict, paths) or verdict
        for _ in range(_ROUNDS):
            after = self._round(self._candidates(verdict, codes), verdict, paths)
            if after is None:
                break
            new = (finding for finding in after.findings if after.uncovers(finding, verdict))
            codes |= {finding.code for finding in new if self.is_on(finding.code)}
            verdict = after

    def _round(
        self, candidates: Sequence[Finding], verdict: _Verdict, paths: set[str]
    ) -> _Verdict | None:
        """Make all fixes at once that do not meet; where that does not work out, one by one."""
        together = _apart(candidates)
        if not together:
            return None
        if len(together) > 1 and (after := self._attempt(together, verdict, paths)) is not None:
            return after
        done: _Verdict | None = None
        self.refused.clear()
        untouched: Place | None = None
        for finding in sorted(together, key=_first_place, reverse=True):
            if untouched is not None and not _ends_before(finding, untouched):
                continue  # what was made in the meantime has moved it
            after = self._attempt([finding], done or verdict, paths)
            if after is None:
                self.refused.append(finding)
            else:
                done, untouched = after, _first_place(finding)
        return done

    def _attempt(
        self, findings: Sequence[Finding], before: _Verdict, paths: set[str]
    ) -> _Verdict | None:
        """Make fixes, and take them back if the analysis does not bear them out.

        Where torch raised, a path ended: what it then comes to may need the same fix.
        """
        path = absolute(self.path)
        content = self.workspace.content(path)
        made = list(findings)
        following = made
        for _ in range(_ROUNDS):
            after = self._edited(following, paths)
            if after is None:
                break
            if after.bears_out(before, findings):
                self.fixed += made
                return after
            known = {(finding.code, finding.place, finding.fix) for finding in before.findings}
            following = [
                finding
                for finding in _apart(self._candidates(after, {f.code for f in findings}))
                if (finding.code, finding.place, finding.fix) not in known
            ]
            if not following:
                break
            made += following
        self.workspace.contents[path] = content
        return None

    def _edited(self, findings: Sequence[Finding], paths: set[str]) -> _Verdict | None:
        path = absolute(self.path)
        edits = [edit for finding in findings for edit in _edits(finding)]
        try:
            content = edited(self.workspace.content(path), path, self.path, edits)
            self.workspace.contents[path] = content
            return self._verdict(paths)
        except (Unreadable, ValueError):
            return None

    def _candidates(self, verdict: _Verdict, codes: set[str]) -> list[Finding]:
        return [
            finding
            for finding in self.wanted(verdict.findings)
            if finding.code in codes
            and finding.place.path == self.path
            and (finding.code, finding.message) not in self.untold
        ]

    def _verdict(self, paths: set[str]) -> _Verdict:
        sources = {path: self.workspace.source(path) for path in sorted(paths)}
        outcomes = {
            path: analyse_source(source, self.workspace.neighbour)
            for path, source in sources.items()
        }
        return _Verdict(
            frozenset(finding for outcome in outcomes.values() for finding in outcome.findings),
            sum(len(o.unread) + len(o.given_up) + len(o.failed) for o in outcomes.values()),
            sources[self.path],
            outcomes[self.path].reached,
        )


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Those, from the first on, whose edits do not meet."""
    chosen: list[Finding] = []
    taken: list[Edit] = []
    for finding in sorted(findings, key=lambda finding: (_first_place(finding), finding.code)):
        edits = _edits(finding)
        if not any(_meet(edit.place, other.place) for edit in edits for other in taken):
            chosen.append(finding)
            taken += edits
    return chosen


def _meet(one: Place, other: Place) -> bool:
    """Whether two stretches overlap or touch."""
    if one.cell != other.cell:
        return False
    return _start(one) <= _end(other) and _start(other) <= _end(one)


def _ends_before(finding: Finding, place: Place) -> bool:
    return all(_end(edit.place) < _start(place) for edit in _edits(finding))


def _first_place(finding: Finding) -> Place:
    return min((edit.place for edit in _edits(finding)), key=_start)


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return () if finding.fix is None else finding.fix.edits


def _start(place: Place) -> tuple[int, int, int]:
    return place.cell or 0, place.line, place.column


def _end(place: Place) -> tuple[int, int, int]:
    return place.cell or 0, place.end_line, place.end_column
