"""What both lowerings have to do alike, so that their trees are alike."""

from __future__ import annotations

from collections.abc import Iterable

from autograd_lint.syntax import tree


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
