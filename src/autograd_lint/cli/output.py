"""What is written: findings, and what could not be done."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from autograd_lint.config import Config
    from autograd_lint.report.paint import Paint
    from autograd_lint.runner import Report

FOR_PEOPLE = ("full", "concise", "grouped")
FOR_MACHINES = (
    "json", "json-lines", "github", "gitlab", "junit", "sarif", "pylint", "rdjson", "azure", "html",
)  # fmt: skip


def output_format(used: Config) -> str:
    from autograd_lint.selection import did_you_mean

    known = FOR_PEOPLE + FOR_MACHINES
    chosen = used.output_format or "full"
    if chosen not in known:
        where = f"{used.source}: " if used.source else ""
        fail(f"{where}output-format: unknown format `{chosen}`{did_you_mean(chosen, known)}")
    return chosen


def tell(report: Report, verbose: bool) -> None:
    """Say what could not be done."""
    from autograd_lint.report.places import printable, where

    for finding in (*report.unread, *report.failed):
        warn(f"{where(finding.place)}: {printable(finding.message)}")
    for path in report.missing:
        warn(f"{printable(path)}: no such file or folder")
    if verbose:
        for given_up in report.given_up:
            click.echo(f"given up: {given_up.path}: {given_up.name}: {given_up.reason}", err=True)
        for details in report.details:
            click.echo(details, err=True, nl=False)


def write(
    report: Report,
    output_format: str,
    output_file: Path | None,
    statistics: bool,
    *,
    err: bool = False,
) -> None:
    """Write the findings, and what was analysed where people read it."""
    from autograd_lint.closing import closing
    from autograd_lint.report import paint
    from autograd_lint.source import write_bytes

    colour = paint.wants_colour(os.environ, sys.stdout.isatty())
    brush = paint.ansi if colour and output_file is None else paint.plain
    text = _rendered(report, output_format, statistics, brush)
    if output_file is None:
        click.echo(text, nl=False, color=colour, err=err)
    else:
        try:
            write_bytes(output_file, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            fail(f"{output_file}: {error.strerror}")
    alone_on_stdout = output_file is None and output_format not in FOR_PEOPLE
    click.echo(closing(report), nl=False, err=err or alone_on_stdout)


def _rendered(report: Report, output_format: str, statistics: bool, brush: Paint) -> str:
    from autograd_lint import runner
    from autograd_lint.catalogue import all_rules
    from autograd_lint.closing import closing, given_up
    from autograd_lint.report import Context
    from autograd_lint.report import statistics as counts

    if statistics and output_format == "json":
        return counts.render_json(report.findings)
    name = "statistics" if statistics else output_format.replace("-", "_")
    # To load them takes longer than a small file does.
    rules = {} if output_format in FOR_PEOPLE else all_rules()
    context = Context(runner.listing(report), brush, rules, closing(report))
    text: str = import_module(f"autograd_lint.report.{name}").render(report.findings, context)
    return text + given_up(report) if statistics else text


def warn(message: str) -> None:
    click.echo(f"autograd-lint: {message}", err=True)


def fail(message: str) -> NoReturn:
    warn(message)
    sys.exit(2)
