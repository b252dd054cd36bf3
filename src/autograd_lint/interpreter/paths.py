"""Paths: which way each open condition is decided, and which ways are still to be tried.

A path is executed from the start with a list of decisions; where the list ends, the first choice
is taken and the others are put on the list of what is to be tried. So the interpreter can be
written as if there were one path only.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


class GivenUp(Exception):  # noqa: N818 - not an error of the program's
    """The budget of steps is spent."""


class Merged(Exception):  # noqa: N818 - not an error of the program's
    """This path has come to a state that another one has been in: what follows is known."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Bounds, in counts and never in time, so that results are the same on every machine."""

    paths: int = 32
    """Those that come to states of their own; merged ones count as steps only."""
    steps: int = 20_000
    """Statements and calls, for all paths of a root together."""
    depth: int = 24
    """Calls within calls."""

    def times(self, factor: int) -> Budget:
        """Return a budget of so many times the paths and steps."""
        return replace(self, paths=self.paths * factor, steps=self.steps * factor)


@dataclass(slots=True)
class Paths:
    """The exploration of one root."""

    budget: Budget
    decisions: list[int] = field(default_factory=list)
    """Those of the path under way."""
    waiting: list[list[int]] = field(default_factory=list)
    position: int = 0
    steps: int = 0
    started: int = 0
    merged: int = 0
    """Paths that were ended because another one had come to the same state."""
    widened: bool = False
    """Whether states were merged that are not quite the same."""
    dropped: int = 0
    """Choices that were never tried."""
    seen: set[object] = field(default_factory=set)
    """States at joins that some path has been in."""

    def begin(self) -> bool:
        """Start the next path; false if there is none."""
        if self.started == 0:
            self.started = 1
            return True
        if not self.waiting:
            return False
        if self.own >= self.budget.paths or self.steps >= self.budget.steps:
            self.dropped += len(self.waiting)
            self.waiting.clear()
            return False
        self.decisions = self.waiting.pop()
        self.position = 0
        self.started += 1
        return True

    @property
    def own(self) -> int:
        """How many paths have come to states of their own."""
        return self.started - self.merged

    def choose(self, ways: int) -> int:
        """Decide an open question with so many answers.

        Raises:
            GivenUp: if the budget of steps is spent, of which this is one.
        """
        self.step()  # one statement can ask for hundreds of them
        if self.position < len(self.decisions):
            decision = self.decisions[self.position]
        else:
            decision = 0
            self.waiting.extend([*self.decisions, way] for way in range(ways - 1, 0, -1))
            self.decisions.append(0)
        self.position += 1
        return decision

    @property
    def on_new_ground(self) -> bool:
        """Whether the path has left the decisions that it was started with."""
        return self.position >= len(self.decisions)

    def step(self, cost: int = 1) -> None:
        """Count a step, or what takes as long as so many.

        Raises:
            GivenUp: if that was one too many.
        """
        self.steps += cost
        if self.steps > self.budget.steps:
            raise GivenUp
