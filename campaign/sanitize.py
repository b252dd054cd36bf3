"""`python -m campaign sanitize`: torch as the judge of the sanitizer, over the same random programs.

Each program is run twice, alone and watched. What it raises must be explained, at the line that is to blame;
of one that comes to its end no error may be told. What `check` says of it, from the text alone, is the
second opinion on lines and on silent mistakes.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from autograd_lint.finding import Finding
from campaign.campaigns import SPACING
from campaign.compare import claims_of, lint
from campaign.generate import generate
from campaign.judge import Outcome, run

Difference = tuple[str, str]
"""What differs, and about what: a code, or the name of a family."""


@dataclass(slots=True)
class Tally:
    """What a campaign counted."""

    programs: int = 0
    raising: int = 0
    explained: int = 0
    confirmed: int = 0
    """Of the explained, those that `check` explains by the same line."""
    wrong: Counter[Difference] = field(default_factory=Counter)
    opinions: Counter[Difference] = field(default_factory=Counter)
    """Silent mistakes that only one of both tells."""
    seeds: dict[Difference, int] = field(default_factory=dict)
    """A program for each difference."""

    def text(self) -> str:
        """The table for people."""
        rows = [
            f"programs     {self.programs:6}",
            f"  raised     {self.raising:6}",
            f"  explained  {self.explained:6}",
            f"    by the line that `check` tells  {self.confirmed:6}",
        ]
        for title, counts in (("wrong", self.wrong), ("told by one alone", self.opinions)):
            for difference, number in counts.most_common():
                seed = self.seeds[difference]
                rows.append(f"{title}: {number:5}  {' '.join(difference)}  (seed {seed})")
        return "\n".join(rows)


def sanitize(seeds: Iterable[int]) -> Tally:
    """Run the programs of some seeds, alone and watched, and compare. This needs a system that can fork."""
    from autograd_lint.sanitizer.measuring import measure

    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        for seed in seeds:
            text = generate(seed)
            path.write_text(text, encoding="utf-8")
            outcome, measured = run(text), measure(path)
            static = list(lint(text))
            tally.programs += 1
            if measured.code != (0 if outcome.clean else 1):
                _count(tally.wrong, ("ends differently", str(measured.code)), seed, tally)
            if outcome.family is not None:
                tally.raising += 1
                _judge_raise(outcome, measured.findings, static, seed, tally)
            if outcome.clean:
                for finding in measured.findings:
                    if finding.severity.value == "error":
                        _count(
                            tally.wrong, ("told of what did not raise", finding.code), seed, tally
                        )
                for difference in _opinions(measured.findings, static):
                    _count(tally.opinions, difference, seed, tally)
    return tally


def _judge_raise(
    outcome: Outcome,
    measured: Iterable[Finding],
    static: Iterable[Finding],
    seed: int,
    tally: Tally,
) -> None:
    assert outcome.family is not None
    mine = [claim for claim in claims_of(measured) if claim.explains(outcome)]
    theirs = [claim for claim in claims_of(static) if claim.explains(outcome)]
    if not mine:
        _count(tally.wrong, ("unexplained", outcome.family.name), seed, tally)
        return
    tally.explained += 1
    if {(claim.code, claim.line) for claim in mine} & {(c.code, c.line) for c in theirs}:
        tally.confirmed += 1
    elif any(claim.certain for claim in theirs):
        _count(tally.wrong, ("another line than `check`'s", mine[0].code), seed, tally)


def _opinions(measured: Iterable[Finding], static: Iterable[Finding]) -> Iterator[Difference]:
    mine = {(finding.code, finding.place.line) for finding in measured}
    theirs = {
        (finding.code, finding.place.line)
        for finding in static
        if finding.confidence.value == "certain" and finding.severity.value != "error"
    }
    yield from {("measured", code) for code, _ in mine - theirs}
    yield from {("static", code) for code, _ in theirs - mine}


def _count(counts: Counter[Difference], difference: Difference, seed: int, tally: Tally) -> None:
    counts[difference] += 1
    tally.seeds.setdefault(difference, seed)


@click.command("sanitize")
@click.option("--programs", default=1000, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="Which.")
def command(programs: int, seed: int) -> None:
    """Hold the sanitizer against torch. Exit 1 where it is wrong."""
    tally = sanitize(range(seed * SPACING, seed * SPACING + programs))
    click.echo(tally.text())
    sys.exit(bool(tally.wrong))
