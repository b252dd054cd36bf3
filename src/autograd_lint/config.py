"""`[tool.autograd-lint]` in pyproject.toml."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograd_lint.discovery import Ignore, absolute
from autograd_lint.selection import Selection, did_you_mean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SECTION = "tool.autograd-lint"


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Config:
    """How to check; the defaults are what an empty configuration means."""

    selection: Selection = field(default_factory=Selection)
    exclude: tuple[Ignore, ...] = ()
    default_exclude: bool = True
    """Whether the folders that are left out by default are left out as well."""
    per_file_ignores: tuple[tuple[Ignore, tuple[str, ...]], ...] = ()
    show_possible: bool = False
    source: Path | None = field(default=None, compare=False)
    """The file that it was read from."""


def find(paths: Sequence[str]) -> Config:
    """The configuration that applies to `paths`: of the nearest pyproject.toml with our section.

    It is looked for from the folder that all of `paths` share, upwards. Raises `ConfigError`.
    """
    if paths:
        folders = [p if p.is_dir() else p.parent for p in map(absolute, paths)]
        try:
            folder = Path(os.path.commonpath(folders))
        except ValueError:  # different drives
            folder = folders[0]
    else:
        folder = Path.cwd()
    for place in (folder, *folder.parents):
        candidate = place / "pyproject.toml"
        if candidate.is_file():
            section = _section(candidate)
            if section is not None:
                return _parse(section, candidate)
    return Config()


def read(path: Path) -> Config:
    """The configuration in the file at `path`. Raises `ConfigError`."""
    section = _section(path)
    if section is None:
        raise ConfigError(f"{path}: has no [{SECTION}] section")
    return _parse(section, path)


def overridden(
    config: Config,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    *,
    preview: bool,
    show_possible: bool,
) -> Config:
    """`config` with what was said on the command line, which is read after it.

    `select` takes the place of the configuration's whole selection, the others add to it.
    """
    base = config.selection
    if select:
        base = Selection(select=select, preview=base.preview)
    selection = replace(
        base,
        ignore=base.ignore + ignore,
        extend_select=base.extend_select + extend_select,
        preview=base.preview or preview,
    )
    return replace(config, selection=selection, show_possible=config.show_possible or show_possible)


def _section(path: Path) -> dict[str, Any] | None:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    tool = document.get("tool", {})
    section = tool.get("autograd-lint") if isinstance(tool, dict) else None
    if section is not None and not isinstance(section, dict):
        raise ConfigError(f"{path}: [{SECTION}] must be a table")
    return section


def _parse(section: Mapping[str, Any], path: Path) -> Config:
    keys = _Keys(section, path)
    folder = absolute(os.fspath(path)).parent
    exclude = keys.strings("exclude")
    extend = keys.strings("extend-exclude")
    config = Config(
        selection=Selection(
            select=keys.strings("select"),
            extend_select=keys.strings("extend-select") or (),
            ignore=keys.strings("ignore") or (),
            preview=keys.flag("preview"),
        ),
        exclude=(
            keys.ignore("exclude", folder, exclude or ()),
            keys.ignore("extend-exclude", folder, extend or ()),
        ),
        default_exclude=exclude is None,
        per_file_ignores=tuple(
            (keys.ignore("per-file-ignores", folder, [pattern]), codes)
            for pattern, codes in keys.table("per-file-ignores").items()
        ),
        show_possible=keys.flag("show-possible"),
        source=path,
    )
    keys.refuse_others()
    return config


class _Keys:
    """Typed access to a table; what was never asked for is unknown."""

    def __init__(self, section: Mapping[str, Any], path: Path) -> None:
        self._section = section
        self._path = path
        self._asked: list[str] = []

    def strings(self, key: str) -> tuple[str, ...] | None:
        value = self._get(key)
        return None if value is None else self._strings(key, value)

    def flag(self, key: str) -> bool:
        value = self._get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self._error(key, "must be true or false")
        return value

    def table(self, key: str) -> dict[str, tuple[str, ...]]:
        value = self._get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._error(key, "must be a table of lists of codes")
        return {name: self._strings(f"{key}.{name}", codes) for name, codes in value.items()}

    def ignore(self, key: str, folder: Path, patterns: Sequence[str]) -> Ignore:
        try:
            return Ignore.of(folder, patterns)
        except ValueError as error:
            raise self._error(key, str(error)) from None

    def refuse_others(self) -> None:
        for key in self._section:
            if key not in self._asked:
                raise self._error(key, "unknown key" + did_you_mean(key, self._asked))

    def _get(self, key: str) -> Any:
        self._asked.append(key)
        return self._section.get(key)

    def _strings(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(key, "must be a list of strings")
        return tuple(value)

    def _error(self, key: str, message: str) -> ConfigError:
        return ConfigError(f"{self._path}: [{SECTION}] {key}: {message}")
