"""AGL207: gradients without a graph that become a term of a loss.

What is computed of such gradients is remembered, weakly, as long as it is a term: added to something, or
worked on element by element. What moves what it is the gradient of is an update, what another gradient of
the same is compared to is its goal, and what goes into a network is its input.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch

from autograd_lint.autograd import operators
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.gradients import Leaf
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites
from autograd_lint.sanitizer.weak import WeakTensors

_SUMS = frozenset({
    "add", "sub", "rsub", "subtract", "radd", "stack", "cat", "concat", "concatenate",
})  # fmt: skip
_PARTS = frozenset({"getitem", "squeeze", "unsqueeze", "view", "reshape", "flatten", "neg"})
"""Operations whose results are made of single elements of their operand."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pass:
    """A backward whose results are gradients."""

    site: Site
    targets: tuple[weakref.ref[torch.Tensor], ...]
    """What they are gradients of."""
    behind: frozenset[Leaf]
    """The leaves that had a part in it."""
    is_drawn: bool
    """Whether they have a graph of their own (`create_graph=True`)."""

    def is_of(self, tensors: Iterable[torch.Tensor]) -> bool:
        """Whether they are the gradients of one of these."""
        return any(target() is tensor for target in self.targets for tensor in tensors)

    def has_targets_of(self, other: _Pass) -> bool:
        mine, theirs = ([target() for target in each.targets] for each in (self, other))
        return len(mine) == len(theirs) and all(a is b for a, b in zip(mine, theirs, strict=True))


_Passes = frozenset[_Pass]
_NONE: _Passes = frozenset()


class Penalties:
    """The tensors that are made of gradients, and of which backwards these are."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._of: WeakTensors[_Passes] = WeakTensors()
        self._claims: dict[Site, Claim] = {}

    def __bool__(self) -> bool:
        return bool(self._of)

    def computed(
        self,
        gradients: Iterable[torch.Tensor],
        targets: Iterable[torch.Tensor],
        behind: Iterable[Leaf],
        site: Site,
    ) -> None:
        """These gradients of some targets were computed at a site."""
        made = list(gradients)
        refs = tuple(map(weakref.ref, targets))
        is_drawn = any(gradient.requires_grad for gradient in made)
        passes = frozenset({_Pass(site, refs, frozenset(behind), is_drawn)})
        for gradient in made:
            self._of.put(gradient, passes)

    def carry(
        self, name: str, sources: list[torch.Tensor], results: Iterable[torch.Tensor]
    ) -> None:
        """Hand on to results what their operands are made of."""
        passes = {
            id(source): found
            for source in sources
            if not (source.is_leaf and source.requires_grad)  # a point to begin at, and no term
            and (found := self._of.get(source))
        }
        if not passes:
            return
        plain = name.strip("_")
        for result in results:
            found = _NONE
            for source in sources:
                mine = passes.get(id(source), _NONE)
                if plain in _SUMS:
                    others = [other for other in sources if other is not source]
                    goals = [p for other in others for p in passes.get(id(other), _NONE)]
                    mine = frozenset(
                        p for p in mine if not p.is_of(others) and not _is_goal(p, goals)
                    )
                elif result.requires_grad and not (source.requires_grad and _is_within(name)):
                    mine = _NONE
                found |= mine
            if found:
                self._of.put(result, found)

    def went_backward(
        self, roots: Iterable[torch.Tensor], leaves: frozenset[Leaf], site: Site
    ) -> None:
        """A backward has started at these roots, and has come to these leaves."""
        for root in roots:
            for each in self._of.get(root) or ():
                if each.is_drawn or each.site == NOWHERE or each.behind.isdisjoint(leaves):
                    continue
                self._claims.setdefault(
                    each.site,
                    Claim(
                        "AGL207",
                        f"`{self._sites.text(each.site)}` computes a gradient without "
                        "`create_graph=True`: as a term of a loss it is a constant",
                        each.site,
                        (
                            (
                                "the gradient is computed here, without a graph of its own",
                                each.site,
                            ),
                            ("the loss that it is a term of goes backward here", site),
                        ),
                        help="pass `create_graph=True`",
                    ),
                )

    def claims(self) -> Iterator[Claim]:
        """What was found."""
        yield from self._claims.values()


def _is_goal(one: _Pass, others: Iterable[_Pass]) -> bool:
    """Whether gradients are what others of the same tensors are to become."""
    return not one.is_drawn and any(o.is_drawn and o.has_targets_of(one) for o in others)


@lru_cache(maxsize=1024)
def _is_within(name: str) -> bool:
    """Whether an operation works element by element, or reduces."""
    plain = name.strip("_")
    known = operators.method(plain) or operators.function(f"torch.nn.functional.{plain}")
    return plain in _PARTS or (known is not None and known.shape is not None)
