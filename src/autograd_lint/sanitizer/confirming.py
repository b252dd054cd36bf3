"""Holds what `check` says of a program against what a run of it has shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from types import FrameType
from typing import Any

from autograd_lint.finding import Finding
from autograd_lint.report.places import printable, where
from autograd_lint.sanitizer.sites import Sites

UNMEASURED = frozenset({
    "AGL305",
    "AGL900", "AGL901", "AGL902",
})  # fmt: skip
"""The rules that no run can show, or that are not measured yet."""


class Verdict(str, Enum):
    """What a run says of a finding of `check`."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted in this run"
    """Its line was executed, and it did not happen."""
    NOT_REACHED = "not reached"
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding of `check`, and what the run says of it."""

    finding: Finding
    verdict: Verdict


class Reached:
    """The program's lines that were executed.

    The tracer follows only functions of the program's own (`sys.settrace`), which makes these slow.
    """

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._lines: dict[str, set[int]] = {}

    @contextmanager
    def traced(self) -> Iterator[None]:
        """Follow what this thread executes."""
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            yield
        finally:
            sys.settrace(before)

    def __contains__(self, finding: Finding) -> bool:
        place = finding.place
        lines = self._lines.get(os.path.abspath(place.path), set())
        return any(line in lines for line in range(place.line, place.end_line + 1))

    @property
    def files(self) -> list[str]:
        """The program's files, as far as it has come to them."""
        return sorted(self._lines)

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not self._sites.is_own(frame):
            return None
        lines = self._lines.setdefault(os.path.abspath(frame.f_code.co_filename), set())

        def follow(frame: FrameType, event: str, argument: Any) -> Any:
            lines.add(frame.f_lineno)
            return follow

        return follow(frame, event, argument)


def judge(static: Iterable[Finding], measured: Sequence[Finding], reached: Reached) -> list[Judged]:
    """What a run says of each finding of `check`."""
    shown = {_key(finding) for finding in measured}
    return [Judged(finding, _verdict(finding, shown, reached)) for finding in static]


def missed(static: Iterable[Finding], measured: Iterable[Finding]) -> list[Finding]:
    """What a run has shown, and `check` does not say."""
    said = {_key(finding) for finding in static}
    return [finding for finding in measured if _key(finding) not in said]


def compared(measured: Sequence[Finding], reached: Reached) -> str:
    """The text of the comparison, for all files of the program that the run came to."""
    from autograd_lint import config, runner

    report = runner.check(reached.files, config.nearest())
    judged = judge(report.findings, measured, reached)
    rows = [(each.verdict.value, each.finding) for each in judged]
    rows += [("missed by check", finding) for finding in missed(report.findings, measured)]
    lines = [
        f"{label:19}  {where(finding.place)}: {finding.code} {printable(finding.message)}"
        for label, finding in rows
    ]
    counts = ", ".join(f"{sum(label == name for label, _ in rows)} {name}" for name in dict(rows))
    files = "1 file" if len(reached.files) == 1 else f"{len(reached.files)} files"
    total = counts or "no findings, static or measured"
    return "".join(f"{line}\n" for line in [*lines, f"`check` against this run, {files}: {total}."])


def _verdict(finding: Finding, shown: set[tuple[str, int, str]], reached: Reached) -> Verdict:
    if _key(finding) in shown:
        return Verdict.CONFIRMED
    if finding not in reached:
        return Verdict.NOT_REACHED
    return Verdict.UNMEASURED if finding.code in UNMEASURED else Verdict.REFUTED


def _key(finding: Finding) -> tuple[str, int, str]:
    return os.path.abspath(finding.place.path), finding.place.line, finding.code
