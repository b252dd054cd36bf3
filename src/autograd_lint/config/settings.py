"""The settings, and what a table of them does to those that it builds upon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograd_lint.config.table import ConfigError, Origin, Table
from autograd_lint.discovery import Exclusion, Ignore
from autograd_lint.selection import Described, Selection, selects

__all__ = ["Config", "ConfigError", "Origin", "PerFileIgnore", "applied"]


@dataclass(frozen=True, slots=True)
class PerFileIgnore:
    """Rules that say nothing in the files of a pattern, or, if `negated`, in all others."""

    files: Ignore
    negated: bool
    codes: tuple[str, ...]

    def covers(self, path: Path, rule: Described) -> bool:
        matches = self.files.verdict(path) is True
        return matches != self.negated and any(selects(code, rule) for code in self.codes)


@dataclass(frozen=True, slots=True)
class Config:
    """How to check; the defaults are what an empty configuration means."""

    selection: Selection = field(default_factory=Selection)
    exclusion: Exclusion = field(default_factory=Exclusion)
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    show_possible: bool = False
    output_format: str | None = None
    baseline: Path | None = None
    """The file with the findings that are known and not told of."""
    cache_dir: Path | None = None
    """The folder for what is remembered from run to run, if not the usual one."""
    fix: bool = False
    """Whether the fixes of findings are made."""
    unsafe_fixes: bool = False
    """Whether unsafe fixes are made as well."""
    source: Path | None = field(default=None, compare=False)
    """The file that it was read from."""


def applied(settings: Mapping[str, Any], origin: Origin, base: Config) -> Config:
    """What `settings` make of `base`: of an extended file, or of what the command line overrides.

    `select` takes the place of the whole selection, `exclude` and `per-file-ignores` that of their
    like; what is called `extend-…` adds, as does `ignore`. Raises `ConfigError`.
    """
    table = Table(settings, origin)
    baseline = table.text("baseline")
    here = origin.folder / baseline if baseline else None
    cache_dir = table.text("cache-dir")
    config = replace(
        base,
        selection=_selection(table, base.selection),
        exclusion=_exclusion(table, base.exclusion),
        per_file_ignores=_per_file_ignores(table, base.per_file_ignores),
        show_possible=table.flag("show-possible", base.show_possible),
        output_format=table.text("output-format") or base.output_format,
        baseline=base.baseline if baseline is None else here,
        cache_dir=origin.folder / cache_dir if cache_dir else base.cache_dir,
        fix=table.flag("fix", base.fix),
        unsafe_fixes=table.flag("unsafe-fixes", base.unsafe_fixes),
    )
    table.refuse_others()
    return config


def _selection(table: Table, base: Selection) -> Selection:
    select = table.selectors("select")
    if select is not None:
        base = Selection(select=select, preview=base.preview)
    return replace(
        base,
        extend_select=base.extend_select + (table.selectors("extend-select") or ()),
        ignore=base.ignore + (table.selectors("ignore") or ()),
        preview=table.flag("preview", base.preview),
    )


def _exclusion(table: Table, base: Exclusion) -> Exclusion:
    exclude = table.ignore("exclude")
    extend = table.ignore("extend-exclude")
    return Exclusion(
        replaced=base.replaced if exclude is None else exclude,
        added=base.added if extend is None else (*base.added, extend),
        forced=table.flag("force-exclude", base.forced),
    )


def _per_file_ignores(table: Table, base: tuple[PerFileIgnore, ...]) -> tuple[PerFileIgnore, ...]:
    ignores = table.ignores("per-file-ignores")
    added = table.ignores("extend-per-file-ignores") or ()
    if ignores is not None:
        base = tuple(PerFileIgnore(*ignore) for ignore in ignores)
    return (*base, *(PerFileIgnore(*ignore) for ignore in added))
