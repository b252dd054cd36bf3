"""The rules, each in a module of its own, and the analysis that they observe."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from autograd_lint.failure import Failure
from autograd_lint.finding import Finding
from autograd_lint.rules.rule import Rule

if TYPE_CHECKING:
    from autograd_lint.source import SourceFile


@dataclass(slots=True)
class Analysis:
    """What is to be said about one file."""

    findings: list[Finding]
    functions: int
    """How many of the program's functions were executed."""
    given_up: list[tuple[str, str]]
    """What was not executed to its end: its name, and why."""
    unparsable: list[Finding] = field(default_factory=list)
    """Parts that are not Python (AGL900)."""
    reached: frozenset[int] = frozenset()
    """The lines of the virtual text whose statements were executed to their end."""
    failures: list[Failure] = field(default_factory=list)
    """Mistakes of autograd-lint's own, and the parts that they have cost."""


@cache
def registry() -> Mapping[str, Rule]:
    """Return all rules by their codes: each module here whose name is that of a rule holds one."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("agl"):
            rule: Rule = import_module(f"{__name__}.{module.name}").rule
            found[rule.code] = rule
    return found


def analyse(source: SourceFile, neighbours: Callable[[str], SourceFile | None]) -> Analysis:
    """Execute a file symbolically under the eyes of all rules.

    `neighbours` returns the source file at a path, or `None` if there is none to be read.
    """
    from autograd_lint.rules.analysis import analyse as run

    return run(source, neighbours, registry().values())
