"""An undo log, so that many paths can start from one state.

Whatever is mutable and may outlive a path derives from `Tracked`, and is handed to
`Journal.touch` before it is written to. The first touch in an epoch keeps a copy; `rollback` puts
all copies back. What was created in the epoch itself costs nothing: nobody can reach it afterwards.
"""

from __future__ import annotations

from typing import Any


class Tracked:
    """An object whose slots a `Journal` can restore."""

    __slots__ = ("epoch",)

    epoch: int

    def capture(self) -> list[tuple[str, Any]]:
        """Return the slots' values, the containers among them copied."""
        kept: list[tuple[str, Any]] = []
        for cls in type(self).__mro__:
            for slot in cls.__dict__.get("__slots__", ()):
                if slot != "epoch" and hasattr(self, slot):
                    value = getattr(self, slot)
                    if type(value) in _CONTAINERS:
                        value = value.copy()
                    kept.append((slot, value))
        return kept


_CONTAINERS = frozenset({dict, list, set})


class Journal:
    """The undo log of one analysis."""

    __slots__ = ("_kept", "_next", "epoch")

    def __init__(self) -> None:
        self.epoch = 0
        self._next = 0
        self._kept: list[tuple[Tracked, list[tuple[str, Any]], int]] = []

    def begin(self) -> None:
        """Start an epoch: from here on, changes to older objects are kept for `rollback`."""
        self._next += 1
        self.epoch = self._next
        self._kept.clear()

    def touch(self, tracked: Tracked) -> None:
        """Keep a copy of an object that is about to be written to."""
        if tracked.epoch != self.epoch:
            self._kept.append((tracked, tracked.capture(), tracked.epoch))
            tracked.epoch = self.epoch

    def changed(self) -> list[Tracked]:
        """Return the older objects that have been written to since `begin`, in a fixed order."""
        return sorted((tracked for tracked, _, _ in self._kept), key=id)

    def rollback(self) -> None:
        """Undo what has happened to older objects since `begin`."""
        for tracked, slots, epoch in reversed(self._kept):
            for slot, value in slots:
                setattr(tracked, slot, value)
            tracked.epoch = epoch
        self._kept.clear()

    def commit(self) -> None:
        """Let what has happened since `begin` stand."""
        self._kept.clear()
