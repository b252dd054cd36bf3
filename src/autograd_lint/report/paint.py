"""Colour on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Paint: TypeAlias = Callable[[str, str], str]
"""Takes a text and a style's name (a key of `STYLES`), gives the text in that style."""

STYLES: Mapping[str, str] = {
    "bold": "1",
    "code": "1;31",
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "gutter": "34",
    "step": "1;34",
    "help": "32",
    "good": "1;32",
}


def plain(text: str, style: str) -> str:
    """`text` as it is."""
    return text


def ansi(text: str, style: str) -> str:
    """`text` in colour."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if text else text


def wants_colour(environment: Mapping[str, str], is_terminal: bool) -> bool:
    """What NO_COLOR and FORCE_COLOR say (https://no-color.org), else whether it is a terminal."""
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR", "")
    return forced not in ("", "0") or (is_terminal and environment.get("TERM") != "dumb")
