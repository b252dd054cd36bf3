"""What the rules about graphs that are kept share: what is kept, round after round, and never walked."""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward, Finished, Kept, Returned
from autograd_lint.autograd.tensor import Node
from autograd_lint.rules.rule import Context


def unwalked(event: Finished, context: Context) -> Iterator[tuple[Kept, bool]]:
    """Yield what a loop keeps with its graph, though no backward goes through it afterwards.

    With each comes whether a backward had gone through it before.
    """
    log = event.log
    if any(root.grad_fn is None for e in log if isinstance(e, Backward) for root in e.roots):
        return  # a loss was made anew, so what should have gone backward has not
    sites: dict[object, list[Kept]] = {}
    for entry in log:
        if isinstance(entry, Kept):
            sites.setdefault(entry.moment.site, []).append(entry)
    returned = {
        node
        for e in log
        if isinstance(e, Returned)
        for node in e.nodes
        if node.freed_by is None  # or else nobody can go backward through it
    }
    for kept in sites.values():
        if len(kept) < 2 and kept[0].how == "appended":
            continue  # a sum is told of when it has gone on from one round to the next
        if not all(_has_a_graph(k, context) for k in kept):
            continue
        if any(_is_walked_later(k, log) or k.node in returned for k in kept):
            continue
        yield kept[0], any(_was_walked(k.node) for k in kept)


def _has_a_graph(kept: Kept, context: Context) -> bool:
    """Whether it is more than a guess that something is kept with its graph."""
    starts = {root.grad_fn for e in kept.node.walked_by for root in e.roots}
    if kept.node in starts:
        return True
    if context.autograd.is_known(kept.tensor) and context.autograd.requires_grad(kept.tensor):
        return True
    behind = context.autograd.leaves_behind([kept.tensor])
    return _was_walked(kept.node) and any(leaf.is_parameter for leaf in behind)


_DEPTH = 4


def _was_walked(node: Node, depth: int = _DEPTH) -> bool:
    """Whether a backward has gone through a node, or through what it was just computed from."""
    if node.walked_by:
        return True
    inputs = [edge for edge in node.inputs if isinstance(edge, Node)]
    return depth > 0 and any(_was_walked(edge, depth - 1) for edge in inputs)


def _is_walked_later(kept: Kept, log: tuple[object, ...]) -> bool:
    """Whether a backward goes through it later: not that of its own round, which frees the graph."""
    after = log[log.index(kept) :]
    return any(e in after and e.moment.rounds != kept.moment.rounds for e in kept.node.walked_by)
