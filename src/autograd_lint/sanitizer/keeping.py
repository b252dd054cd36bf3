"""AGL601: results that stay alive with their graphs, round after round, and the line that keeps them.

Of each line's results the latest few are remembered, weakly. Those that are alive although later rounds have
gone backward since are kept by something; what keeps them is asked of the garbage collector once.
"""

from __future__ import annotations

import ast
import gc
import linecache
import sys
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

import torch

from autograd_lint.sanitizer import graph
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites

_REMEMBERED = 6
_SUSPICIOUS = 2
"""So many results of one line that live through later rounds, in one container, are no accident."""
_Results = deque[tuple[weakref.ref[torch.Tensor], int]]


class Keeping:
    """The latest results of each line."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._results: dict[Site, _Results] = {}
        self._rounds = 0
        self._kept: dict[Site, Claim] = {}

    def made(self, result: torch.Tensor, site: Site) -> None:
        """An operation of the program has made a node for its result."""
        results = self._results.get(site)
        if results is None:
            results = self._results[site] = deque(maxlen=_REMEMBERED)
        results.append((weakref.ref(result), self._rounds))

    def went_backward(self, frame: FrameType) -> None:
        """A round has gone backward; after 3, 4, 8, 16, … of them, look what is alive."""
        self._rounds += 1
        if self._rounds == 3 or (self._rounds > 3 and self._rounds & (self._rounds - 1) == 0):
            self._look(frame)

    def claims(self) -> Iterable[Claim]:
        """What is kept."""
        return self._kept.values()

    def _look(self, frame: FrameType) -> None:
        for site, results in self._results.items():
            kept = _alive(results, self._rounds - 1)
            if len(kept) >= _SUSPICIOUS and site != NOWHERE:
                self._claim(site, kept, frame)

    def _claim(self, made: Site, kept: list[torch.Tensor], frame: FrameType) -> None:
        container = _container(kept)
        if container is None:
            return
        for name, holder in _names(container, frame):
            line = _keeping_line(name, holder.f_code.co_filename)
            if line is None or not self._sites.is_own(holder):
                continue
            site = self._sites.of_line(holder.f_code.co_filename, *line)
            size = _size(kept)
            each = f" ({size} bytes each)" if size else ""
            self._kept.setdefault(
                site,
                Claim(
                    "AGL601",
                    f"`{self._sites.text(site)}` keeps the graph of every round{each}",
                    site,
                    (
                        ("the tensor is computed here", made),
                        ("it is kept with its graph here, round after round", site),
                    ),
                    help="keep `.item()` or `.detach()` of it",
                ),
            )
            return


def _alive(results: _Results, before: int) -> list[torch.Tensor]:
    """Those of earlier rounds that are there with their graphs, one of each."""
    kept: list[torch.Tensor] = []
    last = -1
    for ref, when in results:
        result = ref() if last < when < before else None
        if result is not None and graph.node_of(result) is not None:
            kept.append(result)
            last = when
    return kept


def _container(kept: list[torch.Tensor]) -> Any:
    """The list, deque or dictionary that holds several of these."""
    first, second = kept[:2]
    own = {id(kept)}
    for holder in gc.get_referrers(first):
        if id(holder) in own or not isinstance(holder, (list, deque, dict)):
            continue
        values = holder.values() if isinstance(holder, dict) else holder
        if any(value is second for value in values):
            return holder
    return None


def _names(container: Any, frame: FrameType | None) -> Iterator[tuple[str, FrameType]]:
    """The names by which running functions know a container: a variable, or an attribute of one."""
    while frame is not None:
        spaces = [frame.f_locals]
        if frame.f_globals is not frame.f_locals:
            spaces.append(frame.f_globals)
        for space in spaces:
            for name, value in list(space.items()):
                if value is container:
                    yield name, frame
                elif type(value).__module__ not in sys.stdlib_module_names:
                    for attribute, inner in list(getattr(value, "__dict__", {}).items()):
                        if inner is container:
                            yield attribute, frame
        frame = frame.f_back


_GROWING = {"append", "extend", "appendleft", "insert", "setdefault"}


def _keeping_line(name: str, filename: str) -> tuple[int, int, int, int] | None:
    """Where a file puts something into what is called `name`: the first such place."""
    try:
        tree = ast.parse("".join(linecache.getlines(filename)))
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if not isinstance(node, (ast.expr, ast.stmt)):
            continue
        target: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            target = node.func.value if node.func.attr in _GROWING else None
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0].value
        elif isinstance(node, ast.AugAssign):
            target = node.target
        if target is not None and _ends_in(target, name):
            end = node.end_lineno or node.lineno
            return node.lineno, end, node.col_offset, node.end_col_offset or 0
    return None


def _ends_in(target: ast.expr, name: str) -> bool:
    if isinstance(target, ast.Subscript):
        return _ends_in(target.value, name)
    if isinstance(target, ast.Attribute):
        return target.attr == name
    return isinstance(target, ast.Name) and target.id == name


def _size(kept: list[torch.Tensor]) -> int:
    """How many bytes the graph of one result still holds."""
    nodes = graph.behind([graph.node_of(kept[0])])
    seen = {
        tensor.untyped_storage()._cdata: tensor.untyped_storage().nbytes()
        for node in nodes
        for _, tensor in graph.saved_tensors(node)
        if not tensor.is_leaf
    }
    return sum(seen.values())
