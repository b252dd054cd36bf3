"""What `check` does besides, or in the place of, writing findings; each returns the exit code."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from autograd_lint.cli.output import fail, warn

if TYPE_CHECKING:
    from autograd_lint.config import ConfigOf
    from autograd_lint.fixing import Change, Fixing
    from autograd_lint.runner import Report
    from autograd_lint.sharding import Shard


def show(named: list[str], config_of: ConfigOf, shard: Shard | None, *, settings_too: bool) -> int:
    """Show the files that would be checked, grouped by their settings if these are to be shown."""
    from autograd_lint import runner
    from autograd_lint.config.showing import shown

    files, missing = runner.chosen(named, config_of, shard)
    for name in missing:
        warn(f"{name}: no such file or folder")
    if not settings_too:
        for path in files:
            click.echo(os.fspath(path))
    else:
        governed: dict[Path | None, list[Path]] = {}
        for path in files:
            governed.setdefault(config_of(path.parent).source, []).append(path)
        for source, paths in governed.items():
            click.echo(f"# {source or 'no configuration file'}")
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            click.echo(f"# governs {paths[0]}{more}\n")
            click.echo(shown(config_of(paths[0].parent)))
    return 2 if missing else 0


def add_noqa(report: Report) -> int:
    """Put a comment at every finding that a comment can silence."""
    from itertools import groupby

    from autograd_lint.catalogue import is_own
    from autograd_lint.discovery import absolute
    from autograd_lint.noqa import silenced
    from autograd_lint.source import Changed, Unreadable, read_bytes, write_bytes

    status = 2 if report.missing else 0
    added = 0
    findings = [finding for finding in report.findings if not is_own(finding.code)]
    for path, there in groupby(findings, key=lambda finding: finding.place.path):
        about = list(there)
        file = absolute(path)
        try:
            before = read_bytes(file, path)
            if not report.is_about(file, before):
                raise Changed(file)
            after, silent = silenced(before, file, path, about)
            if after != before:
                write_bytes(file, after, before)
        except (Unreadable, ValueError, OSError) as error:
            why = getattr(error, "message", None) or getattr(error, "strerror", None) or error
            warn(f"{path}: no comments were added: {why}")
            status = 2
            continue
        added += len(silent)
        for finding in about:
            if finding not in silent:
                warn(f"{path}:{finding.place.line}: no comment can stand here")
                status = 2
    click.echo(f"Silenced {added} finding{'' if added == 1 else 's'}.")
    return status


def show_changes(made: Fixing, report: Report, *, exit_zero: bool) -> int:
    """Show what the fixes would change, and how many there are."""
    from autograd_lint.fixing import diff

    for change in made.changes:
        click.echo(diff(change), nl=False)
    count = made.fixed
    click.echo(f"Would fix {count} finding{'' if count == 1 else 's'}.", err=True)
    if report.missing:
        return 2
    return 1 if made.changes and not exit_zero else 0


def write_changes(made: Fixing) -> Fixing:
    """Write the files that the fixes change, and return what was written."""
    from autograd_lint.source import write_bytes

    for path in made.stale:
        warn(f"{path}: it has changed since it was analysed; nothing was fixed")
    written: list[Change] = []
    unwritten = list(made.stale)
    for change in made.changes:
        try:
            write_bytes(change.absolute, change.after, change.before)
            written.append(change)
        except OSError as error:
            warn(f"{change.path}: nothing was fixed: {error.strerror}")
            unwritten.append(change.path)
    return replace(made, changes=tuple(written), stale=tuple(unwritten))


def write_baseline(report: Report, path: Path) -> int:
    from autograd_lint import baseline, runner
    from autograd_lint.source import write_bytes

    text = baseline.written(report.findings, runner.listing(report), path)
    try:
        write_bytes(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    count = len(report.findings)
    click.echo(f"Wrote {count} finding{'' if count == 1 else 's'} to {path}.")
    return 2 if report.missing else 0


def watch(once: Callable[[], int], named: list[str]) -> NoReturn:
    """Run again whenever a file or a configuration changes, until Ctrl-C."""
    from autograd_lint import disk, watching
    from autograd_lint.config import files_above
    from autograd_lint.discovery import discover

    def watched() -> Iterator[Path]:
        files = discover(named).files
        yield from files
        yield from files_above({path.parent for path in files} | {Path.cwd()})

    while True:
        seen = watching.look(watched())
        click.clear()
        with contextlib.suppress(SystemExit):  # a configuration that is being written
            once()
        click.echo("Watching for changes; Ctrl-C ends it.", err=True)
        watching.wait(seen, watched)
        disk.forget()
