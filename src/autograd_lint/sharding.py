"""Shares of a run for several machines, each of which works out the same partition by itself."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` shares, numbered from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`I/N`. Raises `ValueError`."""
        number, _, count = text.partition("/")
        shard = cls(int(number), int(count))
        if not 1 <= shard.number <= shard.count:
            raise ValueError(text)
        return shard

    def of(self, sizes: Mapping[Path, int]) -> frozenset[Path]:
        """The files of this share: every file is in exactly one, and all weigh about the same."""
        loads = [(0, number) for number in range(1, self.count + 1)]
        mine = []
        for path, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
            load, number = heapq.heappop(loads)
            heapq.heappush(loads, (load + size, number))
            if number == self.number:
                mine.append(path)
        return frozenset(mine)
