"""`python -m campaign`: torch as the judge of autograd-lint, over random programs."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from campaign.campaigns import Failure, campaign, distinct
from campaign.compare import compare, families_with_rules, lint, silent
from campaign.generate import generate
from campaign.sanitize import command as sanitize
from campaign.wild import wild

WANTED = 0.97
"""The share of raising programs, of the families that have a rule, that must be found."""


@click.group()
def main() -> None:
    """Random autograd programs, run in torch and linted, and the verdicts compared."""


@main.command()
@click.option("--programs", default=2000, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="Which.")
@click.option("-j", "--jobs", default=2, show_default=True, help="Processes.")
@click.option("--out", type=click.Path(path_type=Path), help="Directory for what disagrees.")
@click.option("--most", default=5, show_default=True, help="Failures of a kind minimized a batch.")
@click.option("--torch-only", is_flag=True, help="No linter: how healthy the generator is.")
def fuzz(
    programs: int, seed: int, jobs: int, out: Path | None, most: int, torch_only: bool
) -> None:
    """Compare verdicts. Exit 1 on a refuted certain claim, a crash, or too many missed."""
    start = time.perf_counter()
    table, failures = campaign(programs, seed, jobs, most=most, torch_only=torch_only)
    seconds = time.perf_counter() - start
    families = None if torch_only else families_with_rules()
    click.echo(table.text(families))
    click.echo(f"{seconds:.0f} s, {programs / seconds:.0f} programs/s")
    for failure in distinct(failures):
        click.echo(f"\n{failure.kind} {failure.about} (seed {failure.seed})\n{failure.smallest}")
    if out is not None:
        _keep(failures, out)
    if not torch_only and (
        table.refuted_with("certain") or table.crashes or table.recall(families) < WANTED
    ):
        sys.exit(1)


@main.command()
@click.option("--count", default=2000, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="Which.")
@click.option("-j", "--jobs", default=2, show_default=True, help="Processes.")
def mutate(count: int, seed: int, jobs: int) -> None:
    """Break programs in all ways. Exit 1 if the linter fails, takes too long or says two things."""
    from campaign.mutate import mutate

    start = time.perf_counter()
    result = mutate(count, seed, jobs)
    seconds = time.perf_counter() - start
    click.echo(f"{result.text()}\n{seconds:.0f} s, {count / seconds:.0f} mutants/s")
    for number, failure, program in result.failures:
        click.echo(f"\n{failure} (seed {number})\n{program}")
    sys.exit(bool(result.failures))


@main.command()
@click.argument("modules", nargs=-1, required=True)
@click.option("--most", default=20, show_default=True, help="Mistakes tried in each module.")
@click.option("--seed", default=1, show_default=True, help="Which.")
@click.option("--every", default=6, show_default=True, help="Take one program of so many.")
def survivors(modules: tuple[str, ...], most: int, seed: int, every: int) -> None:
    """Put mistakes into MODULES (autograd_lint.…), and list those that no program notices."""
    from campaign.survivors import survivors

    for name in modules:
        tried, alive = survivors(name, most, seed, every)
        click.echo(f"{name}: {tried - len(alive)} of {tried} noticed")
        for mistake in alive:
            click.echo(f"  line {mistake.line}: {mistake.what}")


@main.command()
@click.argument("seed", type=int)
@click.option("--torch-only", is_flag=True, help="No linter.")
def show(seed: int, torch_only: bool) -> None:
    """Print one program, by the seed that a failure names, and the verdict."""
    text = generate(seed)
    for number, line in enumerate(text.splitlines(), 1):
        click.echo(f"{number:3}  {line}")
    verdict = compare(text, silent if torch_only else lint)
    outcome = verdict.outcome
    click.echo(f"torch: {'ran to its end' if outcome.clean else outcome}")
    for claim in verdict.claims:
        click.echo(f"linter: {claim}{' REFUTED' if claim in verdict.refuted else ''}")
    for kind, about in sorted(verdict.disagreements):
        click.echo(f"disagreement: {kind} {about}")


def _keep(failures: list[Failure], out: Path) -> None:
    """Write each failure's program, minimized where it was, with what is wrong above it."""
    out.mkdir(parents=True, exist_ok=True)
    for failure in failures:
        about = "".join(c if c.isalnum() else "-" for c in failure.about)[:40]
        text = failure.smallest or failure.program
        head = f"# {failure.kind}: {failure.about}; seed {failure.seed}\n"
        (out / f"{failure.kind}-{about}-{failure.seed}.py").write_text(head + text)


main.add_command(wild)
main.add_command(sanitize)

if __name__ == "__main__":
    main()
