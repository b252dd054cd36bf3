"""A campaign: many programs, in several processes, and the table that comes out of it."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from campaign.compare import Linter, Verdict, compare, lint, silent
from campaign.generate import generate
from campaign.minimize import minimize

BATCH = 100
SPACING = 1_000_000
"""Campaigns of different seeds share no program, up to this many."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A program about which torch and the linter disagree."""

    seed: int
    kind: str
    about: str
    program: str
    smallest: str


@dataclass(slots=True)
class Table:
    """What a campaign counted."""

    programs: int = 0
    clean: int = 0
    discarded: Counter[str] = field(default_factory=Counter)
    raising: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    certain: int = 0
    """How many of those found were found for certain."""
    refuted: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By confidence and code."""
    undecided: int = 0
    crashes: Counter[str] = field(default_factory=Counter)

    def count(self, verdict: Verdict) -> None:
        """Take one program into account."""
        outcome = verdict.outcome
        self.programs += 1
        if verdict.crash:
            self.crashes[verdict.crash] += 1
        if outcome.foreign:
            self.discarded[outcome.message.partition("\n")[0][:100]] += 1
            return
        if outcome.family is None:
            self.clean += 1
        else:
            self.raising[outcome.family.name] += 1
            self.found[outcome.family.name] += verdict.found
            self.certain += verdict.found_for_certain
        for claim in verdict.refuted:
            self.refuted["certain" if claim.certain else "likely", claim.code] += 1
        self.undecided += len(verdict.undecided)

    def add(self, other: Table) -> None:
        """Take another table's counts into this one."""
        self.programs += other.programs
        self.clean += other.clean
        self.certain += other.certain
        self.undecided += other.undecided
        for mine, theirs in (
            (self.discarded, other.discarded),
            (self.raising, other.raising),
            (self.found, other.found),
            (self.crashes, other.crashes),
        ):
            mine.update(theirs)
        self.refuted.update(other.refuted)

    def refuted_with(self, confidence: str) -> int:
        """How many claims of a confidence torch refuted."""
        return sum(number for (has, _), number in self.refuted.items() if has == confidence)

    def recall(self, families: frozenset[str] | None = None) -> float:
        """The share of raising programs whose raise was found, of some families or of all."""
        inside = [name for name in self.raising if families is None or name in families]
        raising = sum(self.raising[name] for name in inside)
        return sum(self.found[name] for name in inside) / raising if raising else 1.0

    def text(self, families: frozenset[str] | None = None) -> str:
        """The table for people; `families` are those that have a rule."""
        discarded = self.discarded.total()
        rows = [
            f"programs           {self.programs:7}",
            f"  discarded        {discarded:7}   raised for other reasons than autograd's",
            f"  ran to the end   {self.clean:7}",
            f"  raised           {self.raising.total():7}",
            f"    found          {self.found.total():7}   {self.recall():.2%}",
            f"      for certain  {self.certain:7}",
        ]
        if families is not None:
            rows.append(f"    with a rule              {self.recall(families):.2%} found")
        rows += [
            f"refuted, certain   {self.refuted_with('certain'):7}",
            f"refuted, likely    {self.refuted_with('likely'):7}",
            f"undecided          {self.undecided:7}   claims about what torch did not come to",
            f"crashes            {self.crashes.total():7}",
            "",
            "torch raised                   programs   found",
        ]
        for name, number in sorted(self.raising.items(), key=lambda item: (-item[1], item[0])):
            rule = "" if families is None or name in families else "   no rule yet"
            rows.append(f"{name:30} {number:8}   {self.found[name] / number:7.2%}{rule}")
        for title, counts in (
            ("refuted", {" ".join(key): value for key, value in self.refuted.items()}),
            ("crashed", dict(self.crashes)),
            ("discarded", dict(self.discarded)),
        ):
            for what, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
                rows.append(f"{title}: {number:5}  {what}")
        return "\n".join(rows)


def campaign(
    programs: int, seed: int, jobs: int, *, most: int = 5, torch_only: bool = False
) -> tuple[Table, list[Failure]]:
    """Generate, run, lint and compare.

    At most `most` failures of a kind in each batch are minimized. Raises BrokenProcessPool where
    torch took a worker process with it, and ImportError where there is no linter.
    """
    seeds = range(seed * SPACING, seed * SPACING + programs)
    batches = [seeds[start : start + BATCH] for start in range(0, programs, BATCH)]
    table, failures = Table(), []
    # Not forked: torch's threads do not survive it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context) as pool:
        waiting = [pool.submit(compare_all, batch, most, torch_only) for batch in batches]
        for future in as_completed(waiting):
            counted, failed = future.result()
            table.add(counted)
            failures += failed
    return table, sorted(failures, key=lambda failure: (failure.kind, failure.about, failure.seed))


def compare_all(
    seeds: range, most: int = 0, torch_only: bool = False
) -> tuple[Table, list[Failure]]:
    """Compare the programs of some seeds, in this process."""
    linter = silent if torch_only else lint
    table, failures = Table(), []
    seen: Counter[tuple[str, str]] = Counter()
    for seed in seeds:
        text = generate(seed)
        verdict = compare(text, linter)
        table.count(verdict)
        if torch_only:
            continue
        for key in sorted(verdict.disagreements):
            seen[key] += 1
            smallest = _smallest(text, key, linter) if seen[key] <= most else ""
            failures.append(Failure(seed, *key, text, smallest))
    return table, failures


def _smallest(text: str, key: tuple[str, str], linter: Linter) -> str:
    return minimize(text, lambda candidate: key in compare(candidate, linter).disagreements)


def distinct(failures: list[Failure]) -> Iterator[Failure]:
    """One failure for each kind of disagreement, the one with the fewest lines left."""
    best: dict[tuple[str, str], Failure] = {}
    for failure in failures:
        known = best.get((failure.kind, failure.about))
        if failure.smallest and (known is None or len(failure.smallest) < len(known.smallest)):
            best[failure.kind, failure.about] = failure
    yield from best.values()
