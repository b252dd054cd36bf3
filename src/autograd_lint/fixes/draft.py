"""What a fixer hands in, and how it is registered for the codes that it mends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from autograd_lint.finding import Finding
from autograd_lint.fixes.program import Program


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Puts `text` in the place of what stands from `start` to `end` in a block."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A fix in the coordinates of its block."""

    message: str
    changes: tuple[Change, ...]
    safe: bool
    """Whether the program then computes what was meant, provided that the finding is certain."""


Fixer: TypeAlias = Callable[[Finding, Program], Draft | None]
"""Gives `None` where the syntax is not exactly what it understands."""

FIXERS: dict[str, list[Fixer]] = {}
"""By code, those that are tried in turn."""


def fixes(*codes: str) -> Callable[[Fixer], Fixer]:
    """Return a decorator that registers a fixer for these codes."""

    def register(fixer: Fixer) -> Fixer:
        for code in codes:
            FIXERS.setdefault(code, []).append(fixer)
        return fixer

    return register
