"""The record of a run, in numbers: where nodes were made, who walked them, and who wrote to which memory.

autograd numbers the nodes of a thread one after the other (`Node._sequence_nr`,
torch/csrc/autograd/function.h; leaves have the largest number there is). The next number is therefore a
clock that ticks with each node, and a node's number tells where it was made, though nothing is kept of the
node itself.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass

from autograd_lint.sanitizer.sites import NOWHERE, Site, Stack

LEAF = 2**64 - 1
"""The sequence number of every `AccumulateGrad`."""


class Nodes:
    """Where nodes were made and which backward walked them last, for the latest million of sites."""

    LONGEST = 1 << 20

    def __init__(self, start: int) -> None:
        self._ends = array("Q", [start])
        self._sites = array("L", [NOWHERE])
        self._walks: dict[int, int] = {}

    def add(self, end: int, site: Site) -> None:
        """Say that the nodes up to the number `end`, exclusively, were made at `site`."""
        if site == self._sites[-1]:
            self._ends[-1] = end
            return
        self._ends.append(end)
        self._sites.append(site)
        if len(self._ends) > self.LONGEST:
            half = self.LONGEST // 2
            del self._ends[:half], self._sites[:half]

    def site(self, number: int) -> Site:
        """Where the node of this number was made, or `NOWHERE`."""
        found = bisect_right(self._ends, number)
        return Site(self._sites[found]) if 0 < found < len(self._ends) else NOWHERE

    def walk(self, numbers: list[int], backward: int) -> None:
        """Say that a backward walked these nodes."""
        walks = self._walks
        for number in numbers:
            walks[number] = backward
        if len(walks) > self.LONGEST:
            for number in sorted(walks)[: self.LONGEST // 2]:
                del walks[number]

    def walked_by(self, number: int) -> int | None:
        """The last backward that walked the node of this number."""
        return self._walks.get(number)

    def walked_sites(self) -> set[Site]:
        """Where nodes were made that a backward has walked."""
        return set(map(self.site, self._walks))


@dataclass(frozen=True, slots=True)
class Write:
    """A write in place."""

    version: int
    """Of the memory, afterwards."""
    clock: int
    """The number that the next node was to have."""
    site: Site
    how: str
    """The name of the operation, or of the optimizer that stepped."""
    by_step: bool = False


class Writes:
    """The last writes to each memory; storages are told apart by address.

    An address is used again once its memory is freed, so a write says something of a saved tensor only if it
    came after the node and has the version that is looked for.
    """

    MEMORIES = 1 << 16
    EACH = 16

    def __init__(self) -> None:
        self._seen: OrderedDict[int, list[Write]] = OrderedDict()
        self._unseen: OrderedDict[int, list[Write]] = OrderedDict()

    def add(self, storage: int, write: Write) -> None:
        """Record a write that the version counter has seen."""
        _put(self._seen, storage, write)

    def add_unseen(self, storage: int, write: Write) -> None:
        """Record a write that the version counter has not seen."""
        _put(self._unseen, storage, write)

    def spoiling(self, storage: int, saved_version: int, node: int) -> Write | None:
        """The first write to a memory after a node had saved it at that version."""
        writes = self._seen.get(storage, ())
        late = [w for w in writes if w.version > saved_version and w.clock > node]
        return min(late, key=lambda write: write.version, default=None)

    def last(self, storage: int) -> Write | None:
        """The last write to a memory that the version counter has seen."""
        return next(reversed(self._seen.get(storage, ())), None)

    def unseen(self, storage: int, node: int) -> Write | None:
        """The first write since a node was made that autograd has not seen."""
        return next((w for w in self._unseen.get(storage, ()) if w.clock > node), None)

    @property
    def newest_unseen(self) -> int:
        """The clock at the latest write that autograd has not seen."""
        last = next(reversed(self._unseen.values()), None)
        return last[-1].clock if last else -1


def _put(table: OrderedDict[int, list[Write]], storage: int, write: Write) -> None:
    writes = table.setdefault(storage, [])
    writes.append(write)
    del writes[: -Writes.EACH]
    table.move_to_end(storage)
    if len(table) > Writes.MEMORIES:
        table.popitem(last=False)


@dataclass(slots=True)
class Backward:
    """A call that went backward through a graph."""

    index: int
    stack: Stack
    clock: int
    roots: tuple[tuple[int, int], ...]
    """The number of each root's node, and which of its results it is."""
    accumulates: bool
    """Whether it fills `.grad`, as `autograd.grad` does not."""
    retains: bool
    creates: bool
    """Whether with `create_graph`."""
    scaled: bool = False
    """Whether its root came from a `GradScaler`."""
    time: int = 0
    """Its place among the events of a training."""
    is_used: bool = False
    """Whether a step has used gradients that it computed."""

    @property
    def site(self) -> Site:
        return self.stack[-1]


class Backwards:
    """The latest backwards, and of each line how often it has kept its graph."""

    LATEST = 1 << 14

    def __init__(self) -> None:
        self._latest: OrderedDict[int, Backward] = OrderedDict()
        self._last_at: dict[Site, Backward] = {}
        self._kept: dict[Site, list[int]] = {}
        self.count = 0

    def add(self, backward: Backward) -> None:
        """Remember a backward that has come to its end; its index is `count`."""
        self.count += 1
        self._latest[backward.index] = backward
        if len(self._latest) > self.LATEST:
            self._latest.popitem(last=False)
        self._last_at[backward.site] = backward
        if backward.accumulates:
            tally = self._kept.setdefault(backward.site, [0, 0, 0])
            tally[0] += 1
            tally[1] += backward.retains and not backward.creates

    def get(self, index: int | None) -> Backward | None:
        return None if index is None else self._latest.get(index)

    def walked_again(self, backward: Backward) -> None:
        """Nodes of a backward were walked by another one."""
        if backward.site in self._kept:
            self._kept[backward.site][2] += 1

    def last_at(self, site: Site) -> Backward | None:
        """The last one that came to its end at a site."""
        return self._last_at.get(site)

    def kept_in_vain(self) -> list[Site]:
        """Where graphs were kept each time, and never walked again."""
        return [
            site
            for site, (times, kept, again) in self._kept.items()
            if kept == times and kept > 1 and not again
        ]
