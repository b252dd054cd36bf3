"""What is in `.grad`, and where it came from: a record of each leaf and each optimizer.

Gradients are looked at before and after each backward and step, so every road by which they may have been
zeroed, replaced or scaled shows, whether it is known here or not. Tensors are held weakly.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

import torch

from autograd_lint.sanitizer.history import Backward
from autograd_lint.sanitizer.sites import NOWHERE, Site, Stack

_FILLS = 64
"""How many backwards are remembered of what is added up in one gradient."""


@dataclass(slots=True, eq=False)
class Optimizer:
    """An optimizer, as far as it has been seen."""

    made: Site
    clock: int
    """The number of the next node when it was made, or at its last step."""
    leaves: set[Leaf] = field(default_factory=set)
    steps: int = 0
    last: Step | None = None
    closing: int | None = None
    """The time at which its current step with a closure began."""
    empty: Site = NOWHERE
    """A step before anything was computed."""
    is_fed: bool = False
    """Whether a step has ever found new gradients."""
    is_elsewhere: bool = False
    """Whether it steps in a thread that is not watched."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A step of an optimizer, or a write by hand that uses a gradient."""

    time: int
    stack: Stack
    optimizer: Optimizer | None
    used: frozenset[int]
    """The backwards whose gradients it has used, by their index."""

    @property
    def site(self) -> Site:
        return self.stack[-1]


@dataclass(frozen=True, slots=True)
class Clear:
    """A zeroing, and the backwards whose gradients were dropped before any step used them."""

    time: int
    stack: Stack
    lost: tuple[Backward, ...]


@dataclass(slots=True, eq=False)
class Leaf:
    """A leaf that gradients come to."""

    ref: weakref.ref[torch.Tensor]
    gradient: int = 0
    """The `.grad` seen last, by identity."""
    version: int = 0
    fills: list[Backward] = field(default_factory=list)
    """What has been added up in `.grad`."""
    used: Step | None = None
    """The step that has used what is in `.grad`, or a part of it."""
    cleared: Clear | None = None
    unscaled: int = -1
    """The time at which its gradient was unscaled."""
    is_by_hand: bool = False
    """Whether what is in `.grad` was put there by the program."""
    read: Backward | None = None
    """The backward whose gradient the program has looked at itself."""
    reads: int = 0
    """How many gradients it has looked at."""
    is_written: bool = False
    """Whether the program writes to it other than by stepping."""
    is_filled: bool = False
    is_moved: bool = False
    """Whether a step found a gradient other than zero."""
    is_stepped: bool = False

    def fill(self, backward: Backward) -> None:
        """Say that a backward has added to the gradient."""
        self.fills.append(backward)
        del self.fills[:-_FILLS]
        self.is_filled = True

    def empty(self) -> None:
        """Say that nothing is left in the gradient."""
        self.fills.clear()
        self.used = None
        self.is_by_hand = False

    def has_used(self, fill: Backward) -> bool:
        """Whether a step has used what this backward has added."""
        return self.used is not None and fill.time < self.used.time

    @property
    def is_looked_at(self) -> bool:
        """Whether the program has read the gradient as it is."""
        return self.read is not None and self.read in self.fills[-1:]

    @property
    def fresh(self) -> list[Backward]:
        """The backwards that no step has used yet."""
        return [fill for fill in self.fills if not self.has_used(fill)]


class Gradients:
    """The leaves that were met, by identity."""

    def __init__(self) -> None:
        self._leaves: dict[int, Leaf] = {}
        self._owners: dict[int, Leaf] = {}

    def leaf(self, tensor: torch.Tensor) -> Leaf:
        """The record of a leaf, made if there is none."""
        known = self.known(tensor)
        if known is not None:
            return known
        key, leaves, owners = id(tensor), self._leaves, self._owners

        def forget(gone: weakref.ref[torch.Tensor]) -> None:
            if (entry := leaves.get(key)) is not None and entry.ref is gone:
                del leaves[key]
                owners.pop(entry.gradient, None)

        leaf = leaves[key] = Leaf(weakref.ref(tensor, forget))
        return leaf

    def known(self, tensor: torch.Tensor) -> Leaf | None:
        """The record of a leaf, if there is one."""
        leaf = self._leaves.get(id(tensor))
        return leaf if leaf is not None and leaf.ref() is tensor else None

    def owner(self, gradient: torch.Tensor) -> torch.Tensor | None:
        """The leaf whose gradient this is."""
        leaf = self._owners.get(id(gradient))
        tensor = leaf.ref() if leaf is not None else None
        return tensor if tensor is not None and tensor.grad is gradient else None

    def look(self, tensor: torch.Tensor) -> Leaf:
        """Look whether the gradient was zeroed or replaced since it was seen last."""
        leaf, gradient = self.leaf(tensor), tensor.grad
        if gradient is None:
            leaf.empty()
            return leaf
        if id(gradient) != leaf.gradient:
            leaf.empty()
            leaf.is_by_hand = True
        elif gradient._version != leaf.version:
            if leaf.fills:
                leaf.unscaled = leaf.fills[-1].time + 1  # by hand, as far as can be seen
            if not bool(gradient.any()):
                leaf.empty()
            leaf.is_by_hand = not leaf.fills and bool(gradient.any())
        self.note(leaf, gradient)
        return leaf

    def note(self, leaf: Leaf, gradient: torch.Tensor) -> None:
        """Remember a gradient as it is now."""
        if leaf.gradient != id(gradient):
            self._owners.pop(leaf.gradient, None)
            self._owners[id(gradient)] = leaf
            leaf.gradient = id(gradient)
        leaf.version = gradient._version


def are_finite(tensors: Iterable[torch.Tensor]) -> bool:
    """Whether the gradients of these are numbers."""
    gradients = [t.grad for t in tensors if t.grad is not None and not t.grad.is_sparse]
    return all(bool(gradient.isfinite().all()) for gradient in gradients)


def params(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """What an optimizer holds."""
    return list(chain.from_iterable(group["params"] for group in optimizer.param_groups))
