"""Commits that fixed a misuse of autograd: is it found in what stood before?"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograd_lint import config, runner
from autograd_lint.finding import Confidence, Finding, Place
from autograd_lint.selection import Selection
from campaign.sources import CLONE_FROM, DATA, files_at, lay_out, repository

FIXED = DATA / "fixed.tsv"
NEAR = 3
"""A finding may stand so many lines from those that the commit changed: a call has many."""
SETTINGS = config.Config(selection=Selection(preview=True), show_possible=True)


@dataclass(frozen=True, slots=True)
class Case:
    """A commit that fixed a mistake, and where that stood before."""

    number: str
    repository: str
    commit: str
    files: tuple[str, ...]
    """Those that the commit changed."""
    callers: tuple[str, ...]
    """Others that show what is wrong, where it cannot be seen in the changed ones alone."""
    lines: frozenset[int]
    codes: frozenset[str]
    mistake: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a case."""

    case: Case
    result: str
    """`found`, `possible` or `missed`."""
    left: tuple[Finding, ...] = ()
    """What is found in the changed files of the version after the commit."""


def cases() -> tuple[Case, ...]:
    """The cases that are kept."""
    with FIXED.open(encoding="utf-8", newline="") as opened:
        return tuple(
            Case(
                row["number"],
                row["repository"],
                row["commit"],
                tuple(row["files"].split()),
                tuple(row["callers"].split()),
                frozenset(int(line) for line in row["lines"].split(",")),
                frozenset(row["codes"].split(",")),
                row["mistake"],
            )
            for row in csv.DictReader(opened, delimiter="\t")
        )


def bring(case: Case, into: Path, clone_from: str = CLONE_FROM) -> tuple[Path, Path]:
    """The folders of the version before and after; what is there already is not brought again.

    Raises `NotBroughtError`.
    """
    folders = (into / case.number / "before", into / case.number / "after")
    for folder, commit in zip(folders, (f"{case.commit}^", case.commit), strict=True):
        if not folder.exists():
            git_directory = repository(case.repository, into, clone_from)
            lay_out(files_at(git_directory, commit), folder)
    return folders


def look(case: Case, before: Path, after: Path | None, jobs: int = 1) -> Seen:
    """Checks what stood before, and what stood after unless that is None."""
    at_the_mistake = [f for f in _findings(case, before, jobs) if _is_about(f, case, before)]
    if not at_the_mistake:
        result = "missed"
    elif all(finding.confidence is Confidence.POSSIBLE for finding in at_the_mistake):
        result = "possible"
    else:
        result = "found"
    if after is None:
        return Seen(case, result)
    left = tuple(f for f in _findings(case, after, jobs) if _in_changed(f.place, case, after))
    return Seen(case, result, left)


def _findings(case: Case, folder: Path, jobs: int) -> Iterator[Finding]:
    paths = [folder / file for file in (*case.files, *case.callers)]
    existing = [str(path) for path in paths if path.exists()]
    yield from runner.check(existing, lambda _: SETTINGS, jobs).findings


def _in_changed(place: Place, case: Case, folder: Path) -> bool:
    return any(Path(place.path).absolute() == (folder / file).absolute() for file in case.files)


def _is_about(finding: Finding, case: Case, folder: Path) -> bool:
    places = (finding.place, *(step.place for step in finding.trace))
    return finding.code in case.codes and any(
        _in_changed(place, case, folder)
        and any(abs(place.line - line) <= NEAR for line in case.lines)
        for place in places
    )
