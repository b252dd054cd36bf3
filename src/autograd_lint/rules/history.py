"""What the rules that read a path's log share: the questions that several of them ask of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from autograd_lint.autograd.events import (
    Backward,
    Event,
    Moment,
    NotCalled,
    OptimizerMade,
    OptimizerStep,
)
from autograd_lint.autograd.tensor import Tensor


def stepped(log: Iterable[Event]) -> set[Tensor]:
    """Return what the optimizers hold that have stepped."""
    return {leaf for e in log if isinstance(e, OptimizerStep) for leaf in e.optimizer.params}


def held(log: Iterable[Event]) -> set[Tensor]:
    """Return what any optimizer holds that was made or has stepped."""
    events = [e for e in log if isinstance(e, OptimizerMade | OptimizerStep)]
    return {leaf for event in events for leaf in event.optimizer.params}


def next_backward(
    log: Iterable[Event], after: Moment, leaves: Collection[Tensor]
) -> Backward | None:
    """Return the next backward that fills one of these, if that is in the same round."""
    wanted = set(leaves)
    for event in log:
        if isinstance(event, Backward) and not wanted.isdisjoint(event.leaves):
            return event if event.moment.same_round(after) else None
    return None


def names_only(log: Iterable[Event], method: str) -> bool:
    """Whether a statement names this method without calling it: then that is the mistake."""
    return any(isinstance(event, NotCalled) and event.name == method for event in log)
