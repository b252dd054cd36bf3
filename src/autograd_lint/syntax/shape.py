"""What both lowerings have to do alike, so that their trees are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, TypeAlias, TypeVar

from autograd_lint.syntax import tree

_Lowered = TypeVar("_Lowered")
Rule: TypeAlias = Callable[[Any, Any], _Lowered]
"""Lowers one kind of node; the first argument is what all nodes of a text share."""


def rules(
    table: dict[type, Rule[_Lowered]], grammar: ModuleType
) -> Callable[..., Callable[[Rule[_Lowered]], Rule[_Lowered]]]:
    """Return a decorator that enters a rule into `table` for the nodes it is given the names of.

    Names that `grammar` does not know (it may be older) are passed over.
    """

    def lowers(*names: str) -> Callable[[Rule[_Lowered]], Rule[_Lowered]]:
        def enter(rule: Rule[_Lowered]) -> Rule[_Lowered]:
            table.update({getattr(grammar, name): rule for name in names if hasattr(grammar, name)})
            return rule

        return enter

    return lowers


def span(first: tree.Node, last: tree.Node) -> tree.Position:
    """Return the position from the start of one node to the end of another."""
    return first.pos[:2] + last.pos[2:]


def deleted(targets: Iterable[tree.Expr]) -> tuple[tree.Expr, ...]:
    """Return what a `del` deletes one by one: `del (a, [b, c])` is `del a, b, c`."""
    flat: list[tree.Expr] = []
    for target in targets:
        if isinstance(target, tree.Sequence):
            flat.extend(deleted(target.elements))
        else:
            flat.append(target)
    return tuple(flat)
