"""The command line. Exit codes: 0 clean, 1 findings, 2 could not do its job."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from autograd_lint._version import __version__

if TYPE_CHECKING:
    from autograd_lint.config import Config
    from autograd_lint.runner import Report

FORMATS = ("full", "concise", "json", "github", "sarif")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="autograd-lint", message="%(prog)s %(version)s")
def main() -> None:
    """Points at the line where gradients break, before anything is run."""
    for stream in (sys.stdout, sys.stderr):
        # Source and file names may hold what the terminal's encoding cannot say.
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="backslashreplace")


def _codes(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    return tuple(code.strip() for code in (value or "").split(",") if code.strip())


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--select",
    metavar="CODES",
    callback=_codes,
    help="The rules to use: codes, prefixes, names, ALL.",
)
@click.option("--ignore", metavar="CODES", callback=_codes, help="Rules to leave out.")
@click.option("--extend-select", metavar="CODES", callback=_codes, help="Rules to add.")
@click.option("--preview", is_flag=True, help="Use rules whose precision is not yet proven.")
@click.option(
    "--output-format", type=click.Choice(FORMATS), default="full", show_default=True,
    help="How findings are written.",
)  # fmt: skip
@click.option("--show-possible", is_flag=True, help="Show what depends on code that was not seen.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one per core]"
)
@click.option("--stdin-filename", metavar="NAME", help="What `-` (stdin) is to be called.")
@click.option(
    "--config", "config_file", type=click.Path(dir_okay=False, path_type=Path),
    help="A TOML file with [tool.autograd-lint].  [default: the nearest pyproject.toml]",
)  # fmt: skip
@click.option("-v", "--verbose", is_flag=True, help="Say what was given up, and why.")
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    preview: bool,
    output_format: str,
    show_possible: bool,
    exit_zero: bool,
    jobs: int | None,
    stdin_filename: str | None,
    config_file: Path | None,
    verbose: bool,
) -> None:
    """Check Python files, notebooks and the Python blocks of Markdown.

    PATHS are files and folders, by default the current folder; `-` reads stdin.
    """
    from autograd_lint import config, runner
    from autograd_lint.selection import UnknownSelector

    from_stdin = list(paths) == ["-"] or (stdin_filename is not None and not paths)
    if "-" in paths and not from_stdin:
        _fail("`-` (stdin) cannot be checked together with paths")
    named = [stdin_filename or "."] if from_stdin else list(paths) or ["."]
    try:
        found = config.read(config_file) if config_file else config.find(named)
        used = config.overridden(
            found, select, ignore, extend_select, preview=preview, show_possible=show_possible
        )
        if from_stdin:
            report = _check_stdin(stdin_filename, used)
        else:
            report = runner.check(named, used, jobs or _cores())
    except (config.ConfigError, UnknownSelector) as error:
        _fail(str(error))
    _tell(report, output_format, verbose)
    if report.missing:
        sys.exit(2)
    sys.exit(1 if report.findings and not exit_zero else 0)


@main.command()
@click.argument("code", required=False)
def rule(code: str | None) -> None:
    """Print a rule's page; without CODE (or name), list all rules."""
    from inspect import cleandoc

    from autograd_lint.runner import all_rules
    from autograd_lint.selection import did_you_mean

    rules = all_rules()
    if code is None:
        widest = max(len(found.name) for found in rules.values())
        for found in rules.values():
            summary = cleandoc(found.page).partition("\n")[0]
            mark = " (preview)" if found.preview else ""
            severity = found.severity.value
            click.echo(f"{found.code}  {found.name:{widest}}  {severity:7}  {summary}{mark}")
        return
    for found in rules.values():
        if code.upper() == found.code or code.lower() == found.name:
            click.echo(f"{found.code} {found.name} [{found.severity.value}]\n")
            click.echo(cleandoc(found.page))
            return
    names = [name for found in rules.values() for name in (found.code, found.name)]
    _fail(f"unknown rule `{code}`" + did_you_mean(code, names))


@main.command()
@click.argument("paths", nargs=-1, type=click.Path())
def confirm(paths: tuple[str, ...]) -> None:
    """Prove it in torch: run marked files and compare with what `check` says.

    Without PATHS, every rule's own fixtures are run. This executes the files.
    """
    from importlib.util import find_spec

    if find_spec("torch") is None:
        _fail("`confirm` runs programs in torch, which is not installed (pip install torch)")
    from autograd_lint.confirm import run

    sys.exit(run(list(paths)))


def _check_stdin(filename: str | None, used: Config) -> Report:
    from autograd_lint import runner
    from autograd_lint.discovery import absolute
    from autograd_lint.source import Unreadable, decode

    shown = filename or "<stdin>"
    try:
        text = decode(sys.stdin.buffer.read(), absolute(shown), shown)
    except Unreadable as error:
        return runner.unread_text(shown, error.message, used)
    return runner.check_text(text, shown, used)


def _tell(report: Report, output_format: str, verbose: bool) -> None:
    from autograd_lint import runner
    from autograd_lint.closing import closing
    from autograd_lint.report import concise, full, github, json, paint, sarif
    from autograd_lint.report.places import printable, where

    for finding in report.unread:
        _warn(f"{where(finding.place)}: {printable(finding.message)}")
    for path in report.missing:
        _warn(f"{printable(path)}: no such file or folder")
    if verbose:
        for given_up in report.given_up:
            click.echo(f"given up: {given_up.path}: {given_up.name}: {given_up.reason}", err=True)
        for details in report.details:
            click.echo(details, err=True, nl=False)
    colour = paint.wants_colour(os.environ, sys.stdout.isatty())
    brush = paint.ansi if colour else paint.plain
    if output_format == "full":
        text = full.render(report.findings, runner.listing(report), brush)
    elif output_format == "concise":
        text = concise.render(report.findings, brush)
    elif output_format == "json":
        text = json.render(report.findings)
    elif output_format == "github":
        text = github.render(report.findings)
    else:
        text = sarif.render(report.findings, __version__)
    for_people = output_format in ("full", "concise")
    click.echo(text, nl=False, color=colour)
    click.echo(closing(report), nl=False, err=not for_people)


def _cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _warn(message: str) -> None:
    click.echo(f"autograd-lint: {message}", err=True)


def _fail(message: str) -> NoReturn:
    _warn(message)
    sys.exit(2)
