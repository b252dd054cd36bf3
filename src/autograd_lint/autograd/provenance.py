"""Provenance: what a tensor's values come from where the graph does not tell.

The graph holds what a gradient flows through. What it flowed through no more, because something
cut the graph, and what was itself a gradient, is kept here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograd_lint.autograd.events import Backward, Moment
    from autograd_lint.autograd.tensor import Edge, Tensor


_WAYS = frozenset(
    {"detach", "data", "no_grad", "item", "tensor", "numpy", "sample", "Parameter", "checkpoint"}
)


@dataclass(eq=False, slots=True)
class Cut:
    """Where values went on without the graph that they had."""

    how: str
    """What cut: ``detach``, ``data``, ``no_grad``, or the operator that has no derivative."""
    moment: Moment
    edges: dict[Edge, None] = field(default_factory=dict)
    """Where gradients would have flowed."""
    bridged: bool = False
    """Whether something carries a gradient around it: a score function, a straight-through sum."""

    @property
    def by_operator(self) -> bool:
        """Whether an operator without a derivative cut, rather than a way out of the graph."""
        return self.how not in _WAYS


@dataclass(frozen=True, slots=True)
class Provenance:
    """What values were computed from, besides what the graph holds."""

    gradients: tuple[Tensor, ...] = ()
    """The leaves whose `.grad` they come from, in an order that is the same in every run."""
    passes: frozenset[Backward] = frozenset()
    """The backward passes whose gradients, made without a graph, they come from."""
    drawn: frozenset[Backward] = frozenset()
    """Those whose gradients, made with a graph, they come from."""
    cuts: frozenset[Cut] = frozenset()
    """Where what they come from was cut from its graph."""

    def cut_by(self, cuts: Iterable[Cut]) -> Provenance:
        """Return the same with further cuts."""
        further = frozenset(cuts)
        return replace(self, cuts=self.cuts | further) if further else self


NOTHING = Provenance()


def united(tensors: Iterable[Tensor]) -> Provenance:
    """Return what values come from that are computed from these tensors."""
    found = {id(t.provenance): t.provenance for t in tensors if t.provenance is not NOTHING}
    parts = list(found.values())
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return Provenance(
        tuple(dict.fromkeys(leaf for part in parts for leaf in part.gradients)),
        frozenset().union(*(part.passes for part in parts)),
        frozenset().union(*(part.drawn for part in parts)),
        frozenset().union(*(part.cuts for part in parts)),
    )
