"""`autograd-lint check`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograd_lint.cli import modes, options
from autograd_lint.cli.options import cache_folder, codes, setting
from autograd_lint.cli.output import FOR_MACHINES, FOR_PEOPLE, fail, output_format, tell, write

if TYPE_CHECKING:
    from autograd_lint.config import Config
    from autograd_lint.runner import Report
    from autograd_lint.sharding import Shard

STDIN = "<stdin>"
"""What it is called where it has no other name."""


@click.command(
    short_help="Check files, notebooks and Markdown.",
    epilog="""\b
    Examples:
      autograd-lint check train.py notebooks        these files and folders
      autograd-lint check --select AGL1 --ignore leaf-inplace
      autograd-lint check --config 'per-file-ignores = {"tests/*" = ["ALL"]}'
      autograd-lint check --diff                    what --fix would change
      autograd-lint check --fix --unsafe-fixes      also what is to be read afterwards
      autograd-lint check --add-noqa                silence what is there already
      autograd-lint check --shard 1/4               the first of four machines
      autograd-lint check --watch                   again whenever a file changes
      cat a.py | autograd-lint check - --stdin-filename a.py

    \b
    Configuration: [tool.autograd-lint] in pyproject.toml, or autograd-lint.toml;
    the nearest one above each file applies.
    Exit codes: 0 nothing found, 1 findings, 2 it could not do its job.
    """,
)
@click.pass_context
@click.argument("paths", nargs=-1, type=click.Path())
@setting(
    "--select", metavar="CODES", multiple=True, shell_complete=codes,
    help="The rules to use: codes, prefixes, names, ALL.",
)  # fmt: skip
@setting(
    "--ignore", metavar="CODES", multiple=True, shell_complete=codes, help="Rules to leave out.",
)  # fmt: skip
@setting(
    "--extend-select", metavar="CODES", multiple=True, shell_complete=codes, help="Rules to add.",
)  # fmt: skip
@setting("--preview/--no-preview", help="Use rules whose precision is not yet proven.")
@setting(
    "--exclude", metavar="PATTERNS", multiple=True,
    help="Files and folders to leave out, in the place of those that are by default.",
)  # fmt: skip
@setting("--extend-exclude", metavar="PATTERNS", multiple=True, help="More to leave out.")
@setting("--force-exclude/--no-force-exclude", help="Leave out also what is named in PATHS.")
@setting(
    "--output-format", type=click.Choice(FOR_PEOPLE + FOR_MACHINES),
    help="How findings are written.  [default: full]",
)  # fmt: skip
@click.option(
    "-o", "--output-file", type=click.Path(dir_okay=False, path_type=Path),
    help="Where findings are written.  [default: stdout]",
)  # fmt: skip
@click.option("--statistics", is_flag=True, help="Write how often each rule is broken instead.")
@setting("--show-possible/--no-show-possible", help="Show what depends on code that was not seen.")
@setting("--fix/--no-fix", help="Make the fixes that are safe, and tell what remains.")
@setting("--unsafe-fixes/--no-unsafe-fixes", help="Make those as well that are to be read.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Processes to use.  [default: one per core]"
)
@click.option("--stdin-filename", metavar="NAME", help="What `-` (stdin) is to be called.")
@click.option(
    "--config", "configs", metavar="FILE|'KEY = VALUE'", multiple=True,
    help="The configuration of all files, or a setting on top.  [default: for each file the "
    "nearest pyproject.toml or autograd-lint.toml]",
)  # fmt: skip
@click.option("--isolated", is_flag=True, help="Read no configuration files.")
@setting("--baseline", metavar="FILE", help="Tell only of what is not in this baseline.")
@setting(
    "--cache-dir", metavar="FOLDER", envvar="AUTOGRAD_LINT_CACHE_DIR",
    help="Where outcomes are kept from run to run.  [default: .autograd_lint_cache in the project]",
)  # fmt: skip
@click.option("--no-cache", is_flag=True, help="Analyse everything anew, and keep nothing.")
@click.option(
    "--write-baseline", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write a baseline of all findings.",
)  # fmt: skip
@click.option("--add-noqa", is_flag=True, help="Silence all findings by comments.")
@click.option(
    "--shard", metavar="I/N", callback=options.shard, help="Check one of N shares of the files."
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--show-files", is_flag=True, help="Show which files would be checked.")
@click.option("--show-settings", is_flag=True, help="Show which settings they would be checked by.")
@click.option("-v", "--verbose", is_flag=True, help="Say what was given up, and why.")
def check(
    context: click.Context,
    paths: tuple[str, ...],
    output_file: Path | None,
    statistics: bool,
    diff: bool,
    exit_zero: bool,
    jobs: int | None,
    stdin_filename: str | None,
    configs: tuple[str, ...],
    isolated: bool,
    no_cache: bool,
    write_baseline: Path | None,
    add_noqa: bool,
    shard: Shard | None,
    watch: bool,
    show_files: bool,
    show_settings: bool,
    verbose: bool,
) -> None:
    """Check Python files, notebooks and the Python blocks of Markdown.

    PATHS are files and folders, by default the current folder; `-` reads stdin.
    """
    from contextlib import closing, nullcontext

    from autograd_lint import baseline, config, progress, runner
    from autograd_lint.cache import Cache
    from autograd_lint.discovery import absolute

    from_stdin = list(paths) == ["-"] or (stdin_filename is not None and not paths)
    if "-" in paths and not from_stdin:
        fail("`-` (stdin) cannot be checked together with paths")
    named = [stdin_filename or "."] if from_stdin else list(paths) or ["."]
    if from_stdin and (add_noqa or watch or shard):
        fail("--add-noqa, --shard and --watch are about files, and cannot be used with stdin")
    here = Path(os.path.abspath(stdin_filename)).parent if stdin_filename else Path.cwd()
    settings = context.ensure_object(dict)
    options.refuse_two(
        {
            "--fix": settings.get("fix") is True and not diff,
            "--diff": diff,
            "--add-noqa": add_noqa,
            "--write-baseline": write_baseline is not None,
            "--show-settings": show_settings,
            "--show-files": show_files and not show_settings,
        }
    )
    if write_baseline is not None:
        settings["baseline"] = ""  # what is known already is to be in the new one as well

    def once() -> int:
        """One run, and what it exits with."""
        unwritten = False
        try:
            config_of = config.given(settings, configs, isolated)
            written = output_format(config_of(here))
            if statistics and written not in (*FOR_PEOPLE, "json"):
                fail(f"--statistics is for {', '.join(FOR_PEOPLE)} and json")
            if show_files or show_settings:
                return modes.show(named, config_of, shard, settings_too=show_settings)
            content = sys.stdin.buffer.read() if from_stdin else b""

            def checked(content: bytes) -> Report:
                if from_stdin:
                    return _check_stdin(content, stdin_filename, config_of(here))
                cache = None if no_cache else Cache(cache_folder(config_of(here)))
                with (
                    progress.bar(sys.stderr) as on_progress,
                    nullcontext() if cache is None else closing(cache),
                ):
                    return runner.check(
                        named, config_of, jobs or _cores(), on_progress, shard, cache
                    )

            report = checked(content)
            used = config_of(here)
            to_fix = {path for path in report.checked if diff or config_of(path.parent).fix}
            is_fixing = bool(to_fix or used.fix or diff) and not add_noqa and not write_baseline
            if is_fixing:
                from autograd_lint import disk, fixing

                texts = {absolute(stdin_filename or STDIN): content} if from_stdin else {}
                codes_on = runner.selected(config_of)
                made = fixing.fix(
                    report.findings, to_fix,
                    unsafe={path for path in to_fix if config_of(path.parent).unsafe_fixes},
                    contents=texts, is_about=report.is_about,
                    is_on=lambda path, code: code in codes_on(path),
                )  # fmt: skip
                if diff:
                    return modes.show_changes(made, report, exit_zero=exit_zero)
                if from_stdin:
                    content = made.changes[0].after if made.changes else content
                    sys.stdout.buffer.write(content)
                else:
                    made = modes.write_changes(made)
                disk.forget()
                again = checked(content) if made.changes else report
                report = replace(again, fixed=made.fixed, unfixed=len(made.refused))
                unwritten = bool(made.stale)
        except (config.ConfigError, baseline.BrokenBaseline) as error:
            fail(str(error))
        tell(report, verbose)
        if add_noqa:
            return modes.add_noqa(report)
        if write_baseline is not None:
            return modes.write_baseline(report, write_baseline)
        write(report, written, output_file, statistics, err=is_fixing and from_stdin)
        if report.missing or unwritten:
            return 2
        return 1 if report.findings and not exit_zero else 0

    try:
        if watch:
            modes.watch(once, named)
        sys.exit(once())
    except KeyboardInterrupt:
        sys.exit(130)  # as shells have it; 1 would mean findings


def _check_stdin(content: bytes, filename: str | None, used: Config) -> Report:
    from autograd_lint import runner
    from autograd_lint.discovery import absolute, is_forced_out
    from autograd_lint.source import Unreadable, decode

    shown = filename or STDIN
    if is_forced_out(absolute(shown), used.exclusion):
        return runner.Report()
    try:
        text = decode(content, absolute(shown), shown)
    except Unreadable as error:
        return runner.unread_text(shown, error.message, used)
    return runner.check_text(text, shown, used)


def _cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
