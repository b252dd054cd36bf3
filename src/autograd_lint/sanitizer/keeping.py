"""AGL601, AGL602: results that stay alive with their graphs, and the line that keeps them.

Of each line's results the latest few are remembered, weakly. Those that are alive although later rounds have
gone backward since (AGL601), or one after the other without any backward (AGL602), are looked for in the
lists and dictionaries that running functions know by a name; sums are seen by their graph. What goes
backward after all is not kept in vain.
"""

from __future__ import annotations

import sys
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import torch

from autograd_lint.sanitizer import graph, source
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.history import Backwards, Nodes
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites

_SUSPICIOUS = 2
"""So many results of one line in one container are no accident."""
_LOOKS = (3, 6, 12, 24, 48)
"""After so many results of a line without a backward, look what is alive."""
_REMEMBERED = _LOOKS[-1]
_DEEP = 4
"""So many attributes and containers away from a variable, something may still be found."""
_LONG = 64
"""Of a long container, so many of its latest are looked at."""
_ROUNDS = 3
"""Rounds that a sum goes through before it is told."""


@dataclass(slots=True)
class _Line:
    """The latest results of a line, with the round that each is of."""

    results: deque[tuple[weakref.ref[torch.Tensor], int]] = field(
        default_factory=lambda: deque(maxlen=_REMEMBERED)
    )
    round: int = 0
    count: int = 0
    """Results in that round."""
    looked: int = 0
    """The largest count at which it was looked at."""

    def alive(self, rounds: range) -> list[tuple[torch.Tensor, int]]:
        """Those of some rounds that are there with their graphs, and the round of each."""
        found = [(ref(), when) for ref, when in self.results if when in rounds]
        return [(t, when) for t, when in found if t is not None and graph.node_of(t) is not None]


@dataclass(frozen=True, slots=True)
class _Kept:
    """Something that is kept, unless its nodes go backward later."""

    claim: Claim
    numbers: tuple[int, ...]
    since: int
    """How many backwards there had been."""


class Keeping:
    """The latest results of each line, and what keeps them."""

    def __init__(self, sites: Sites, nodes: Nodes, backwards: Backwards) -> None:
        self._sites = sites
        self._nodes = nodes
        self._backwards = backwards
        self._lines: dict[Site, _Line] = {}
        self._rounds = 0
        self._clocks = deque[int](maxlen=_LONG)
        """The first number of each of the latest rounds."""
        self._kept: dict[Site, list[_Kept]] = {}
        self._tried: set[int] = set()
        self._is_stopped = False

    def made(self, result: torch.Tensor, site: Site, frame: FrameType) -> None:
        """An operation of the program has made a node for its result."""
        line = self._lines.get(site)
        if line is None:
            line = self._lines[site] = _Line()
        line.results.append((weakref.ref(result), self._rounds))
        if line.round != self._rounds:
            line.round, line.count = self._rounds, 0
        line.count += 1
        if line.count > line.looked and line.count <= _LOOKS[-1]:
            if line.count in _LOOKS:
                self._look_without_backward(line.count, frame)
            elif line.count == _SUSPICIOUS:
                line.looked = line.count
                self._look_at_sums([(site, line)], frame)

    def went_backward(self, frame: FrameType, clock: int) -> None:
        """A round has gone backward; after 3, 4, 8, 16, … of them, look what is alive."""
        self._rounds += 1
        self._clocks.append(clock)
        if self._rounds == _ROUNDS or (
            self._rounds > _ROUNDS and self._rounds & (self._rounds - 1) == 0
        ):
            lines = list(self._lines.items())
            self._look_at_containers("AGL601", lines, range(self._rounds - 1), _frames(frame))
            self._look_at_sums(lines, frame)

    def tried(self, numbers: Iterable[int]) -> None:
        """A backward through these nodes has raised."""
        self._tried.update(numbers)

    def stopped(self) -> None:
        """The program was stopped, and does not come to what it has collected for."""
        self._is_stopped = True

    def claims(self, *, is_cut: bool) -> Iterator[Claim]:
        """What was kept in vain; whether a loss was made of it by which no gradient comes back."""
        walked: set[Site] | None = None
        for made, several in self._kept.items():
            for kept in sorted(several, key=lambda kept: kept.claim.code):
                if any(self._goes_backward(number, kept) for number in kept.numbers):
                    continue
                if kept.claim.code == "AGL602":
                    walked = self._nodes.walked_sites() if walked is None else walked
                    is_sum = kept.claim.site == made
                    if is_cut or self._is_stopped or (is_sum and made in walked):
                        continue
                yield kept.claim
                break

    def _goes_backward(self, number: int, kept: _Kept) -> bool:
        walk = self._nodes.walked_by(number)
        return number in self._tried or (walk is not None and walk >= kept.since)

    def _look_without_backward(self, count: int, frame: FrameType) -> None:
        """A line has given so many results since the last backward; others are about to."""
        lines = [
            (site, line)
            for site, line in self._lines.items()
            if line.round == self._rounds and line.count >= _SUSPICIOUS
        ]
        for _, line in lines:
            line.looked = max(line.looked, count)
        outside = _outside_of_modules(list(_frames(frame)))
        self._look_at_containers("AGL602", lines, range(self._rounds, self._rounds + 1), outside)
        self._look_at_sums(lines, frame)

    def _look_at_containers(
        self,
        code: str,
        lines: list[tuple[Site, _Line]],
        rounds: range,
        frames: Iterable[FrameType],
    ) -> None:
        made: dict[int, tuple[Site, int]] = {}
        for site, line in lines:
            alive = line.alive(rounds) if site != NOWHERE else []
            made.update((id(t), (site, when)) for t, when in alive if len(alive) >= _SUSPICIOUS)
        if not made:
            return
        for names, filename, container in _containers(frames, self._sites):
            by_line: dict[Site, list[torch.Tensor]] = {}
            by_round: dict[Site, set[int]] = {}
            for value in _held(container):
                if isinstance(value, torch.Tensor) and id(value) in made:
                    site, when = made[id(value)]
                    by_line.setdefault(site, []).append(value)
                    by_round.setdefault(site, set()).add(when)
            for site, results in by_line.items():
                several = by_round[site] if code == "AGL601" else results
                if len(several) >= _SUSPICIOUS:
                    self._claim(code, site, self._growth(names, filename), results)

    def _growth(self, names: tuple[str, ...], filename: str) -> Site:
        """Where something is put into a container, by the names that lead to it."""
        for name in reversed(names):
            for each in dict.fromkeys((filename, *self._sites.own_files())):
                span = source.growth(name, each)
                if span is not None:
                    return self._sites.of_line(each, *span)
        return NOWHERE

    def _look_at_sums(self, lines: Iterable[tuple[Site, _Line]], frame: FrameType) -> None:
        frames = list(_frames(frame))
        is_inside = len(_outside_of_modules(frames)) < len(frames)
        for site, line in lines:
            alive = [result for result, _ in line.alive(range(self._rounds + 1))[-1:]]
            is_sum = alive and site != NOWHERE and self._sites.is_operator(site)
            summed = self._summed(alive[0], site) if is_sum else []
            if not summed or self._nodes.walked_by(summed[0]) is not None:
                continue
            started = [sum(clock <= number for clock in self._clocks) for number in summed]
            if len(set(started)) >= _ROUNDS:
                self._claim("AGL601", site, site, alive, summed)
            elif started[0] == started[-1] == len(self._clocks) and not is_inside:
                self._claim("AGL602", site, site, alive, summed)

    def _summed(self, result: torch.Tensor, site: Site) -> list[int]:
        """The numbers of a sum's nodes, as far as each adds to the one before it; the latest first."""
        node, numbers = graph.node_of(result), list[int]()
        while node is not None and len(numbers) < _LONG:
            numbers.append(node._sequence_nr())
            node = self._before(node, site)
        return numbers if len(numbers) > 1 else []

    def _before(self, node: graph.Node, site: Site) -> graph.Node | None:
        """The same line's node that this one adds something to which does not depend on it."""
        kind = type(node).__name__
        edges = [edge for edge, _ in node.next_functions if edge is not None]
        for edge in edges if kind.startswith(("Add", "Sub", "Lerp")) else ():
            scaled = [
                edge,
                *(e for e, _ in edge.next_functions if type(edge).__name__[:3] == "Mul"),
            ]
            for before in scaled:
                if type(before).__name__ == kind and self._is_of(before, site):
                    others = graph.behind(other for other in edges if other is not edge)
                    return None if before in others else before
        return None

    def _is_of(self, node: graph.Node, site: Site) -> bool:
        return self._nodes.site(node._sequence_nr()) == site

    def _claim(
        self,
        code: str,
        made: Site,
        site: Site,
        results: list[torch.Tensor],
        numbers: Iterable[int] = (),
    ) -> None:
        size = _size(results)
        if site == NOWHERE or (code == "AGL602" and not size):
            return
        if code == "AGL602":
            what, help_ = "keeps graphs that nothing goes backward through", "use `torch.no_grad()`"
        else:
            what, help_ = "keeps the graph of every round", "keep `.item()` or `.detach()` of it"
        each = f" ({size} bytes each)" if size else ""
        claim = Claim(
            code,
            f"`{self._sites.text(site)}` {what}{each}",
            site,
            (
                ("the tensor is computed here", made),
                ("it is kept with its graph here, round after round", site),
            ),
            help=help_,
        )
        nodes = [node for node in map(graph.node_of, results) if node is not None]
        own = (node._sequence_nr() for node in nodes)
        kept = _Kept(claim, (*numbers, *own), self._backwards.count)
        self._kept.setdefault(made, []).append(kept)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _outside_of_modules(frames: list[FrameType]) -> list[FrameType]:
    """Those frames in which no module is being called: what a module collects is a part of it."""
    calls = [i for i, frame in enumerate(frames) if frame.f_code.co_name == "_call_impl"]
    return frames[calls[-1] + 1 :] if calls else frames


def _containers(
    frames: Iterable[FrameType], sites: Sites
) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """The lists and dictionaries that functions know: the names that lead there, a file, and what it is."""
    seen = set[int]()
    for frame in frames:
        if not sites.is_own(frame):
            continue
        filename = frame.f_code.co_filename
        spaces = [frame.f_locals]
        if frame.f_globals is not frame.f_locals:
            spaces.append(frame.f_globals)
        level: list[tuple[tuple[str, ...], Any]] = [
            ((name,), value) for space in spaces for name, value in list(space.items())
        ]
        for _ in range(_DEEP):
            below: list[tuple[tuple[str, ...], Any]] = []
            for names, value in level:
                if id(value) in seen or isinstance(value, torch.Tensor):
                    continue
                if isinstance(value, (list, deque, dict)):
                    seen.add(id(value))
                    yield names, filename, value
                    below += [(names, inner) for inner in _latest(value)]
                elif _is_own_object(value, sites):
                    seen.add(id(value))
                    below += [((*names, name), inner) for name, inner in list(vars(value).items())]
            level = below


def _is_own_object(value: Any, sites: Sites) -> bool:
    """Whether a class of the program has made it."""
    module = sys.modules.get(type(value).__module__)
    filename = getattr(module, "__file__", None)
    return filename is not None and sites.is_own_file(filename) and hasattr(value, "__dict__")


def _latest(container: Any) -> list[Any]:
    values = container.values() if isinstance(container, dict) else container
    return list(values)[-_LONG:]


def _held(container: Any) -> Iterator[Any]:
    """What stands in a container, or in tuples in it."""
    for value in _latest(container):
        yield value
        if isinstance(value, tuple):
            yield from value


def _size(kept: list[torch.Tensor]) -> int:
    """How many bytes the graph of one result still holds."""
    nodes = graph.behind([graph.node_of(kept[0])])
    seen = {
        tensor.untyped_storage()._cdata: tensor.untyped_storage().nbytes()
        for node in nodes
        for _, tensor in graph.saved_tensors(node)
        if not (tensor.is_leaf and tensor.requires_grad)
    }
    return sum(seen.values())
