"""Configuration files: pyproject.toml and autograd-lint.toml, and which of them governs a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from autograd_lint.config.settings import Config, ConfigError, Origin, applied
from autograd_lint.discovery import absolute

ConfigOf: TypeAlias = Callable[[Path], Config]
"""The configuration that governs the files in a folder. May raise `ConfigError`."""

SECTION = "tool.autograd-lint"
_PYPROJECT = "pyproject.toml"
_NAMES = (".autograd-lint.toml", "autograd-lint.toml", _PYPROJECT)
"""In one folder, the first of these counts."""


def nearest(overrides: Callable[[Config], Config] = lambda config: config) -> ConfigOf:
    """For each folder, the nearest configuration file in or above it, with `overrides` on top.

    A pyproject.toml without our section is no configuration file.
    """

    @cache
    def of(folder: Path) -> Config:
        for name in _NAMES:
            if (folder / name).is_file() and _settings(folder / name) is not None:
                return overrides(read(folder / name))
        return of(folder.parent) if folder.parent != folder else overrides(Config())

    return of


def files_above(folders: Iterable[Path]) -> list[Path]:
    """Where the configuration files of `folders` are, or would be."""
    above = {above for folder in folders for above in (folder, *folder.parents)}
    return [folder / name for folder in sorted(above) for name in _NAMES]


def read(path: Path) -> Config:
    """The configuration in the file at `path`. Raises `ConfigError`."""
    return _read(absolute(str(path)), ())


def _read(path: Path, extending: tuple[Path, ...]) -> Config:
    settings = _settings(path)
    if settings is None:
        raise ConfigError(f"{path}: has no [{SECTION}] section")
    section = f"[{SECTION}] " if path.name == _PYPROJECT else ""
    origin = Origin(f"{path}: {section}", path.parent)
    base = Config()
    extend = settings.pop("extend", None)
    if extend is not None:
        where = f"{origin.before_key}extend"
        if not isinstance(extend, str):
            raise ConfigError(f"{where}: must be a string, the path of a configuration file")
        extended = absolute(str(path.parent / Path(extend).expanduser()))
        if extended in (path, *extending):
            raise ConfigError(f"{where}: {extended} extends this file, which cannot extend it")
        try:
            base = _read(extended, (path, *extending))
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None
    return replace(applied(settings, origin, base), source=path)


def _settings(path: Path) -> dict[str, Any] | None:
    """Our section of pyproject.toml, `None` if it has none; the whole of any other file."""
    try:
        document = loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    tool = document.get("tool", {})
    section = tool.get("autograd-lint") if isinstance(tool, dict) else None
    if path.name != _PYPROJECT and section is None:
        return document
    if section is not None and not isinstance(section, dict):
        raise ConfigError(f"{path}: [{SECTION}] must be a table")
    return section


def loads(text: str) -> dict[str, Any]:
    """The tables of a text in TOML. Raises `ValueError`."""
    if sys.version_info >= (3, 11):  # imported here, as most projects have no such file to read
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)
