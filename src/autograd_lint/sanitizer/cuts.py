"""Where values go on and gradients do not, and which leaves are behind such a place.

A tensor that carries a value past a cut is remembered, weakly, with the cuts that it has come through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

from autograd_lint.sanitizer import graph
from autograd_lint.sanitizer.gradients import Gradients, Leaf
from autograd_lint.sanitizer.sites import Site
from autograd_lint.sanitizer.weak import WeakTensors

_LOOKS = 3
"""How often the graph behind a cut is walked: what is behind it hardly changes from round to round."""

Cuts = frozenset["Cut"]
_NONE: Cuts = frozenset()


@dataclass(slots=True, eq=False)
class Cut:
    """A place where values leave the graph."""

    site: Site
    how: str
    """`detach`, `data`, `no_grad`, `sample`, `grad`, `function`, `checkpoint`, `number`, `numpy`,
    `parameter`, `operator` (without a derivative) or `flat` (whose derivative is zero)."""
    name: str
    """The operation's."""
    behind: set[Leaf] = field(default_factory=set)
    """The leaves that gradients would have come to."""
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Inside:
    """The custom Function whose forward is running; nothing in it is recorded by autograd."""

    how: str
    """As a `Cut` has it."""
    site: Site
    name: str


class Tainted:
    """The tensors that have come through cuts."""

    def __init__(self, gradients: Gradients) -> None:
        self._gradients = gradients
        self._cuts: dict[tuple[Site, str], Cut] = {}
        self._of: WeakTensors[Cuts] = WeakTensors()

    def __bool__(self) -> bool:
        return bool(self._of)

    def __iter__(self) -> Iterator[Cut]:
        return iter(self._cuts.values())

    def of(self, tensor: torch.Tensor) -> Cuts:
        """The cuts that a tensor's value has come through."""
        return self._of.get(tensor) or _NONE

    def at(self, site: Site, how: str) -> Cut | None:
        """The cut of a kind at a site."""
        return self._cuts.get((site, how))

    def carry(self, sources: Iterable[torch.Tensor], results: Iterable[torch.Tensor]) -> None:
        """Hand the cuts of what an operation took on to what it gave."""
        of = self._of
        cuts = _NONE
        for source in sources:
            if found := of.get(source):
                cuts |= found
        if cuts:
            self.mark(results, cuts)

    def cut(self, sources: Iterable[torch.Tensor], site: Site, how: str, name: str) -> Cuts:
        """The cuts that values of these have come through, once they have left the graph here."""
        cuts = _NONE
        new: Cut | None = None
        for source in sources:
            cuts |= self.of(source)
            if source.requires_grad:
                new = new or self._cut_at(site, how, name)
                if new.looks < _LOOKS:
                    leaves = graph.leaves_behind(source)
                    new.behind.update(map(self._gradients.leaf, leaves))
        if new is None:
            return cuts
        new.looks += 1
        return cuts | {new}

    def mark(self, results: Iterable[torch.Tensor], cuts: Cuts) -> None:
        """Say that these have come through cuts."""
        for result in results:
            self._of.put(result, cuts)

    def _cut_at(self, site: Site, how: str, name: str) -> Cut:
        key = (site, how)
        if key not in self._cuts:
            self._cuts[key] = Cut(site, how, name)
        return self._cuts[key]


def tensors(*values: Any) -> list[torch.Tensor]:
    """The tensors in arguments or results, two lists deep."""
    found: list[torch.Tensor] = []
    for value in values:
        if isinstance(value, torch.Tensor):
            found.append(value)
        elif isinstance(value, (tuple, list)):
            found.extend(tensors(*value))
        elif isinstance(value, dict):
            found.extend(tensors(*value.values()))
    return found
