"""`python -m campaign wild`: what autograd-lint says about code that nobody wrote for it."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from campaign import fixed, verdicts
from campaign.sources import CLONE_FROM, DATA, NotBroughtError, Source, bring, listed

SNAPSHOT = DATA / "snapshot.tsv"

_folder = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_names = click.argument("names", nargs=-1)
_jobs = click.option("-j", "--jobs", default=1, show_default=True, help="Processes.")
_clone_from = click.option(
    "--clone-from",
    default=CLONE_FROM,
    show_default=True,
    help="Where repositories are; a place on this disk is read as it is.",
)


@click.group()
def wild() -> None:
    """Real packages and repositories, which are brought into FOLDER and checked there."""


@wild.command()
@_folder
@_names
@_jobs
@_clone_from
def check(folder: Path, names: tuple[str, ...], jobs: int, clone_from: str) -> None:
    """Check all listed sources, or NAMES. Exit 1 if a finding is new, gone or changed.

    A new one is to be read, and its verdict written into data/verdicts.tsv.
    """
    known = verdicts.load()
    findings: dict[verdicts.Found, verdicts.Weight] = {}
    lines, different = 0, False
    for source, checked in _checked(names, folder, jobs, clone_from):
        of_source = {f: v for f, v in known.items() if f.source == source.name}
        for line in verdicts.differences(checked.findings, of_source):
            click.echo(line)
            different = True
        findings |= {f: w for f, w in checked.findings.items() if verdicts.is_read(w)}
        lines += checked.lines
    click.echo(verdicts.precision(findings, known, lines))
    sys.exit(different)


@wild.command()
@_folder
@_names
@_jobs
@_clone_from
@click.option("--again", default=0, help="So many that have a verdict, at random, instead.")
@click.option("--seed", default=1, show_default=True, help="Which.")
def read(
    folder: Path, names: tuple[str, ...], jobs: int, clone_from: str, again: int, seed: int
) -> None:
    """Show findings that have no verdict, with their code.

    With --again, show some that have one, for a second reader, who is not told what the first one
    made of them and tries to refute them.
    """
    known = verdicts.load()
    shown = [
        checked.shown(found)
        for _, checked in _checked(names, folder, jobs, clone_from)
        for found, weight in checked.findings.items()
        if verdicts.is_read(weight) and (found in known) == bool(again)
    ]
    for text in random.Random(seed).sample(shown, min(again, len(shown))) if again else shown:
        click.echo(text)


@wild.command()
@_folder
@_jobs
@_clone_from
@click.option("--write", is_flag=True, help="Keep what is found now.")
def snapshot(folder: Path, jobs: int, clone_from: str, write: bool) -> None:
    """Compare all findings in ten sources with those that are kept. Exit 1 if they differ."""
    kept = SNAPSHOT.read_text("utf-8").splitlines()
    sources = [line.removeprefix("# ") for line in kept if line.startswith("# ")]
    found = [line for line in kept if not line.startswith("# ")]
    now = []
    for _, checked in _checked([Source.of(s).name for s in sources], folder, jobs, clone_from):
        now += ["\t".join(map(str, _columns(finding))) for finding in sorted(checked.findings)]
    if write:
        text = "\n".join([*(f"# {source}" for source in sources), *now])
        SNAPSHOT.write_text(text + "\n", "utf-8")
        return
    before, after = Counter(found), Counter(now)
    for mark, lines in (("-", before - after), ("+", after - before)):
        for line in sorted(lines.elements()):
            click.echo(f"{mark} {line}")
    sys.exit(before != after)


@wild.command("fixed")
@_folder
@_names
@_jobs
@_clone_from
@click.option("--before-only", is_flag=True, help="Leave out what stood after.")
def fixed_(
    folder: Path, names: tuple[str, ...], jobs: int, clone_from: str, before_only: bool
) -> None:
    """Check what stood before the commits that fixed a mistake, and what stood after them.

    NAMES are the numbers of cases.
    """
    results: Counter[str] = Counter()
    for case in fixed.cases():
        if names and case.number not in names:
            continue
        try:
            before, after = fixed.bring(case, folder, clone_from)
        except NotBroughtError as error:
            click.echo(f"{case.number} {case.repository} {case.commit}: {error}", err=True)
            continue
        seen = fixed.look(case, before, None if before_only else after, jobs)
        results[seen.result] += 1
        codes = "/".join(sorted(case.codes))
        click.echo(f"{case.number:5}{seen.result:10}{codes:8} {case.repository} {case.mistake}")
        for finding in seen.left:
            place = finding.place
            click.echo(
                f"{'':5}left      {finding.code} {place.path}:{place.line} "
                f"[{finding.severity.value}, {finding.confidence.value}]"
            )
    click.echo(", ".join(f"{results[kind]} {kind}" for kind in ("found", "possible", "missed")))


def _checked(
    names: Sequence[str], folder: Path, jobs: int, clone_from: str
) -> Iterator[tuple[Source, verdicts.Checked]]:
    for source in listed():
        if names and source.name not in names:
            continue
        try:
            brought = bring(source, folder, clone_from)
        except NotBroughtError as error:
            click.echo(f"{source.name} {source.version}: {error}", err=True)
            continue
        start = time.perf_counter()
        checked = verdicts.check(source, brought, jobs)
        seconds = time.perf_counter() - start
        click.echo(f"{source.name}: {checked.lines} lines, {seconds:.0f} s", err=True)
        for failure in checked.failed:
            click.echo(f"internal error  {failure}", err=True)
        yield source, checked


def _columns(found: verdicts.Found) -> Sequence[object]:
    return found.source, found.file, found.cell, found.line, found.code
