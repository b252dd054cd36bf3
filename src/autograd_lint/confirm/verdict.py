"""Holds marks against what torch did, and against what `check` says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograd_lint.confirm.execution import End, Outcome
from autograd_lint.confirm.marks import Expect, Marks, Raises, parse, statement
from autograd_lint.finding import Finding

_RULE = re.compile(r"AGL\d{3}")


@dataclass(frozen=True, slots=True)
class Program:
    """A marked program."""

    path: Path
    text: str
    marks: Marks

    @property
    def bad(self) -> bool:
        """Whether something is said to be wrong with it."""
        return bool(self.marks) or self.path.name.startswith("bad_")

    @property
    def folder_rule(self) -> str | None:
        """The rule whose fixture it is."""
        name = self.path.absolute().parent.name
        return name if _RULE.fullmatch(name) else None

    @property
    def rule(self) -> str:
        """The rule that it is counted with: its folder's, else the first that it expects."""
        first = next((expect.code for expect in self.marks.expects), "-")
        return self.folder_rule or first

    @property
    def rules(self) -> frozenset[str]:
        """Every rule that it is about."""
        own = {self.folder_rule} if self.folder_rule else set()
        return frozenset(own | {expect.code for expect in self.marks.expects})


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Somebody says otherwise than a mark, or than there is a mark; `line` where it is known."""

    line: int | None
    message: str


def read(path: Path) -> Program:
    """Raises `MarkError`, `OSError` or `UnicodeDecodeError`."""
    text = path.read_text(encoding="utf-8")
    return Program(path, text, parse(text))


def misnamed(program: Program) -> Iterator[Disagreement]:
    """A fixture whose marks are not those that its name and folder promise."""
    if program.folder_rule is None:
        return
    if program.path.name.startswith("good_") and program.marks:
        yield Disagreement(None, "is called good and has marks")
    codes = {expect.code for expect in program.marks.expects}
    if program.path.name.startswith("bad_") and program.folder_rule not in codes:
        yield Disagreement(None, f"is called bad and does not expect {program.folder_rule}")


def torch_says(program: Program, outcome: Outcome) -> Iterator[Disagreement]:
    """Where torch does not bear out the `# raises:` marks, or the program's own asserts fail.

    The statement that stops the program is that of the deepest frame in the program's own file:
    where a helper of the file calls backward, the mark belongs into the helper.
    """
    stopped: Raises | None = None
    if outcome.end is End.RAISED:
        stopped = _mark_at(program, outcome.line)
        said = " ".join(outcome.message.split())
        if stopped is None:
            yield Disagreement(outcome.line, f"stops here, where no mark says so: {_short(said)}")
        elif stopped.part not in said:
            yield Disagreement(stopped.line, f"stops here, but says: {_short(said)}")
    elif outcome.end is End.TIMEOUT:
        yield Disagreement(None, "did not end in time")
    elif outcome.end is End.DIED:
        yield Disagreement(None, f"its process died: {outcome.message}")
    for mark in program.marks.raises:
        if mark is not stopped:
            yield Disagreement(mark.line, f"does not raise `{mark.part}` here")


def check_says(program: Program, findings: Iterable[Finding]) -> Iterator[Disagreement]:
    """Where the findings in the program are not those that the `# expect:` marks name."""
    found = {Expect(finding.place.line, finding.code): finding for finding in findings}
    for mark in program.marks.expects:
        if mark not in found:
            yield Disagreement(mark.line, f"does not report {mark.code} here")
    for place, finding in sorted(found.items()):
        if place not in program.marks.expects:
            what = f"reports {place.code} here, where no mark says so: {_short(finding.message)}"
            yield Disagreement(place.line, what)


def _mark_at(program: Program, line: int | None) -> Raises | None:
    if line is None:
        return None
    try:
        lines = statement(program.text, line)
    except SyntaxError:
        lines = range(line, line + 1)
    return next((mark for mark in program.marks.raises if mark.line in lines), None)


def _short(message: str, length: int = 300) -> str:
    return message if len(message) <= length else message[: length - 1] + "…"
