"""AGL604: hooks that hold the tensor that they are registered on, so that neither is ever freed.

Of each line's hooks the latest few are remembered, weakly. Those that are there in the end are asked what
they hold.
"""

from __future__ import annotations

import functools
import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import torch
from torch.utils.hooks import RemovableHandle

from autograd_lint.sanitizer import graph
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.cuts import tensors
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites

_LATEST = 4
_DEEP = 3
"""So many functions may stand one in the other."""


@dataclass(frozen=True, slots=True)
class _Hook:
    """A hook on a computed tensor."""

    hooks: weakref.ref[dict[int, Any]]
    """All that the tensor has, which live as long as its node."""
    key: int
    node: int
    """The number of the tensor's node."""

    @property
    def is_held(self) -> bool:
        """Whether the hook is still there, and holds the tensor or what was computed of it."""
        hook = (self.hooks() or {}).get(self.key)
        nodes = [node for held in _tensors_of(hook, _DEEP) if (node := graph.node_of(held))]
        return any(node._sequence_nr() == self.node for node in graph.behind(nodes))


class Hooks:
    """The latest hooks that each line has put on results of operators."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._latest: dict[Site, deque[_Hook]] = {}

    def registered(self, tensor: torch.Tensor, handle: RemovableHandle, site: Site) -> None:
        """A hook was put on a tensor."""
        node = graph.node_of(tensor)
        if node is not None and site != NOWHERE:
            latest = self._latest.setdefault(site, deque(maxlen=_LATEST))
            latest.append(_Hook(handle.hooks_dict_ref, handle.id, node._sequence_nr()))

    def claims(self) -> Iterator[Claim]:
        """What holds itself."""
        for site, latest in self._latest.items():
            if any(hook.is_held for hook in latest):
                yield Claim(
                    "AGL604",
                    f"`{self._sites.text(site)}` registers a hook that holds its own tensor: neither is "
                    "ever freed",
                    site,
                    (("the hook that holds its tensor is registered here", site),),
                    help="let the hook hold a detached value",
                )


def _tensors_of(function: Any, deep: int) -> Iterator[torch.Tensor]:
    """The tensors that a function cannot be without: of its closure, its defaults, its partial arguments."""
    held: list[Any] = []
    if isinstance(function, functools.partial):
        held = [function.func, *function.args, *function.keywords.values()]
    elif isinstance(function, FunctionType):
        cells = [cell.cell_contents for cell in function.__closure__ or () if _is_bound(cell)]
        defaults = [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
        held = [*cells, *defaults]
    yield from tensors(held)
    for value in held if deep else ():
        yield from _tensors_of(value, deep - 1)


def _is_bound(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
