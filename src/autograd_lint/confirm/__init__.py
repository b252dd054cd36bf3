"""Proof in torch: marked programs are run, and `check` is held to what they did.

What is run is executed, with all that this means; only give it files that you trust.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from os import PathLike
from pathlib import Path

from autograd_lint.confirm.execution import TorchUnusable, execute
from autograd_lint.confirm.marks import MarkError
from autograd_lint.confirm.verdict import (
    Disagreement,
    Program,
    misnamed,
    read,
    torch_says,
)

__all__ = ["fixtures", "run"]


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def run(
    paths: Sequence[str | PathLike[str]] = (),
    *,
    jobs: int = 2,
    echo: Callable[[str], None] = _print,
    limit: float = 60.0,
) -> int:
    """Run marked programs in torch, compare, and tell the result line by line.

    Without `paths` these are every rule's fixtures. Of a folder, they are the Python files in it
    that have marks or are called `bad_….py` or `good_….py`. Each has `limit` seconds.

    Gives 0 where torch bears out every mark and `check` says the same, 1 where either does not,
    and 2 where that could not be found out.
    """
    if find_spec("torch") is None:
        echo("`confirm` runs programs in torch, which is not installed (pip install torch)")
        return 2
    try:
        programs = list(_programs([Path(path) for path in paths] or [fixtures()]))
        outcomes = execute([program.path for program in programs], jobs=jobs, limit=limit)
    except (_Unusable, OSError) as error:
        echo(str(error))
        return 2
    except TorchUnusable as error:
        echo(f"torch cannot be used: {error}")
        return 2
    from autograd_lint.confirm import checking

    tallies: dict[str, _Tally] = {}
    for program in programs:
        torch = [*misnamed(program), *torch_says(program, outcomes[program.path])]
        check = list(checking.disagreements(program))
        for who, disagreements in (("torch", torch), ("check", check)):
            for line in _lines(program, who, disagreements):
                echo(line)
        tallies.setdefault(program.rule, _Tally()).add(program, not torch, not check)
    for line in _table(tallies):
        echo(line)
    return 0 if all(tally.clean for tally in tallies.values()) else 1


def fixtures() -> Path:
    """The folder of every rule's fixtures: the package's own, or the checkout's.

    Raises `FileNotFoundError` where there is neither.
    """
    package = Path(__file__).parents[1]
    places = (package / "fixtures", package.parents[1] / "tests" / "fixtures")
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the rules' fixtures are not installed: {places[0]} is missing")


class _Unusable(Exception):  # noqa: N818
    """A path that nothing can be proven with; the message says why."""


@dataclass(slots=True)
class _Tally:
    """How many programs of a rule hold: `[held, all]`."""

    bad: list[int] = field(default_factory=lambda: [0, 0])
    good: list[int] = field(default_factory=lambda: [0, 0])
    check: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, program: Program, torch: bool, check: bool) -> None:
        for count, holds in ((self.bad if program.bad else self.good, torch), (self.check, check)):
            count[0] += holds
            count[1] += 1

    @property
    def clean(self) -> bool:
        return all(held == of for held, of in (self.bad, self.good, self.check))


def _programs(paths: Iterable[Path]) -> Iterator[Program]:
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise _Unusable(f"{path}: no such file or folder")
        found = [program for program in _at(path) if program.path not in seen]
        seen.update(program.path for program in found)
        yield from found
    if not seen:
        raise _Unusable(f"{path}: no marked Python files in it")


def _at(path: Path) -> Iterator[Program]:
    if path.is_file():
        if path.suffix != ".py":
            raise _Unusable(f"{path}: only Python files (.py) can be confirmed")
        yield _read(path)
        return
    for file in sorted(path.rglob("*.py")):
        named = file.name.startswith(("bad_", "good_"))
        # Other people's files may be anything; only a mark makes one of them ours.
        if named or any(mark in file.read_bytes() for mark in (b"expect:", b"raises:")):
            program = _read(file)
            if named or program.marks:
                yield program


def _read(path: Path) -> Program:
    try:
        return read(path)
    except (MarkError, UnicodeDecodeError) as error:
        raise _Unusable(f"{path}: {error}") from error


def _lines(program: Program, who: str, disagreements: Iterable[Disagreement]) -> Iterator[str]:
    for disagreement in disagreements:
        place = str(program.path)
        if disagreement.line is not None:
            place += f":{disagreement.line}"
        yield f"{place}: {who} {disagreement.message}"


def _table(tallies: dict[str, _Tally]) -> Iterator[str]:
    from autograd_lint.catalogue import all_rules

    names = {code: rule.name for code, rule in all_rules().items()}
    rows: list[tuple[str, ...]] = [("rule", "", "bad", "good", "check")]
    for code, tally in sorted(tallies.items()):
        counts = [f"{held}/{of}" for held, of in (tally.bad, tally.good, tally.check)]
        rows.append((code, names.get(code, ""), *counts))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for code, name, *counts in rows:
        left = f"{code:{widths[0]}}  {name:{widths[1]}}"
        right = [f"{count:>{width}}" for count, width in zip(counts, widths[2:], strict=True)]
        yield "  ".join([left, *right])
    programs = sum(tally.check[1] for tally in tallies.values())
    torch = sum(tally.bad[0] + tally.good[0] for tally in tallies.values())
    check = sum(tally.check[0] for tally in tallies.values())
    yield ""
    yield f"{programs} programs: torch bears out {torch}, check agrees with the marks of {check}"
