"""`autograd-lint run`."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from autograd_lint.cli.output import FOR_MACHINES, FOR_PEOPLE, fail


@click.command(
    short_help="Run a program, and tell what autograd did in it.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="""\b
    Examples:
      autograd-lint run train.py --epochs 1
      autograd-lint run -m package.train --epochs 1
      autograd-lint run --confirm train.py          hold what `check` says against it
      autograd-lint run --every 100 train.py        for long runs
      autograd-lint run notebook.ipynb              its cells, one after the other

    \b
    The program's output, traceback and exit code are its own; the findings follow on stderr.
    """,
)
@click.argument("program", metavar="SCRIPT")
@click.argument("arguments", metavar="[ARGS]...", nargs=-1, type=click.UNPROCESSED)
@click.option("-m", "is_module", is_flag=True, help="SCRIPT is the name of a module.")
@click.option(
    "--every", type=click.IntRange(min=1), default=1, metavar="N",
    help="Watch the operations of one step in N.",
)  # fmt: skip
@click.option("--confirm", is_flag=True, help="Say which findings of `check` this run bears out.")
@click.option(
    "--output-format", type=click.Choice(FOR_PEOPLE + FOR_MACHINES), default="full",
    help="How findings are written.  [default: full]",
)  # fmt: skip
@click.option(
    "-o", "--output-file", type=click.Path(dir_okay=False, path_type=Path),
    help="Where findings are written.  [default: stderr]",
)  # fmt: skip
def run(
    program: str,
    arguments: tuple[str, ...],
    is_module: bool,
    every: int,
    confirm: bool,
    output_format: str,
    output_file: Path | None,
) -> None:
    """Run a program, and tell what autograd did in it: the same findings as `check`, measured.

    Options stand before SCRIPT; what follows it is the program's. This executes the program.
    """
    if not is_module and not Path(program).is_file():
        fail(f"{program}: no such file")
    if find_spec("torch") is None:
        fail("`run` runs programs in torch, which is not installed (pip install torch)")
    from autograd_lint.report import paint
    from autograd_lint.sanitizer.confirming import Reached, compared
    from autograd_lint.sanitizer.program import Target
    from autograd_lint.sanitizer.program import run as run_program
    from autograd_lint.sanitizer.session import Session
    from autograd_lint.sanitizer.silence import shown
    from autograd_lint.sanitizer.telling import told
    from autograd_lint.source import Unreadable, read

    if program.endswith(".ipynb"):
        try:
            read(Path(program), program)
        except Unreadable as error:
            fail(f"{program}: {error.message}")
    target = Target(program, is_module, arguments)
    session = Session(program=[target.folder], every=every)
    reached = Reached(session.sites) if confirm else None
    code = run_program(target, session, reached)
    findings = shown(session.findings())
    if output_file is not None:
        output_file.write_text(told(findings, session, output_format), encoding="utf-8")
    elif findings or confirm or session.failures or output_format in FOR_MACHINES:
        brush = paint.ansi if paint.wants_colour(os.environ, sys.stderr.isatty()) else paint.plain
        click.echo(told(findings, session, output_format, brush), nl=False, err=True)
    if reached is not None:
        click.echo(compared(findings, reached), nl=False, err=True)
    sys.exit(code)
