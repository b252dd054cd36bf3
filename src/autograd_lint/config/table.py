"""Typed access to a table of settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd_lint.catalogue import all_rules
from autograd_lint.discovery import Ignore
from autograd_lint.selection import UnknownSelector, did_you_mean, known


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where settings were made."""

    before_key: str
    """What messages put before a key: the file, for instance."""
    folder: Path
    """What their paths and patterns are relative to."""


class Table:
    """Settings by their keys; what was never asked for is unknown."""

    def __init__(self, settings: Mapping[str, Any], origin: Origin) -> None:
        self._settings = settings
        self._origin = origin
        self._asked: list[str] = []

    def flag(self, key: str, default: bool) -> bool:
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._error(key, "must be true or false")
        return value

    def text(self, key: str) -> str | None:
        value = self._get(key)
        if value is not None and not isinstance(value, str):
            raise self._error(key, "must be a string")
        return value

    def selectors(self, key: str) -> tuple[str, ...] | None:
        """Codes, prefixes and names of rules, each of which selects at least one."""
        value = self._get(key)
        return None if value is None else self._selectors(key, value)

    def ignore(self, key: str) -> Ignore | None:
        """A list of patterns as one."""
        value = self._get(key)
        return None if value is None else self._ignore(key, self._strings(key, value))

    def ignores(self, key: str) -> list[tuple[Ignore, bool, tuple[str, ...]]] | None:
        """A table of lists of codes: each pattern, whether `!` stands before it, and its codes."""
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._error(key, "must be a table of lists of codes")
        return [
            (
                self._ignore(key, [pattern.removeprefix("!")]),
                pattern.startswith("!"),
                self._selectors(f"{key}.{pattern}", codes),
            )
            for pattern, codes in value.items()
        ]

    def refuse_others(self) -> None:
        for key in self._settings:
            if key not in self._asked:
                raise self._error(key, "unknown key" + did_you_mean(key, self._asked))

    def _get(self, key: str) -> Any:
        self._asked.append(key)
        return self._settings.get(key)

    def _strings(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or not all(isinstance(s, str) for s in value):
            raise self._error(key, "must be a list of strings")
        return tuple(value)

    def _selectors(self, key: str, value: object) -> tuple[str, ...]:
        selectors = self._strings(key, value)
        for selector in selectors:
            try:
                known(selector, all_rules())
            except UnknownSelector as error:
                raise self._error(key, str(error)) from None
        return selectors

    def _ignore(self, key: str, patterns: Sequence[str]) -> Ignore:
        try:
            return Ignore.of(self._origin.folder, patterns)
        except ValueError as error:
            raise self._error(key, str(error)) from None

    def _error(self, key: str, message: str) -> ConfigError:
        return ConfigError(f"{self._origin.before_key}{key}: {message}")
