"""A training loop goes backward, and no optimizer ever steps.

## What it does
Finds loops that compute gradients for the parameters of an optimizer which never steps.

## Why is this bad?
The loss is computed, the gradients are computed, and not one weight changes.

## Example
```python
optimizer = torch.optim.Adam(model.parameters())
for x, y in loader:
    optimizer.zero_grad()
    criterion(model(x), y).backward()
```

## Use instead
```python
    criterion(model(x), y).backward()
    optimizer.step()
```

## Not flagged
Saliency, attacks and other loops without an optimizer; updates by hand; an optimizer that is handed on to
code that was not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import (
    Backward,
    Event,
    Finished,
    ManualStep,
    OptimizerMade,
    OptimizerStep,
    ZeroGrad,
)
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import history
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL304", "backward-never-stepped", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """Of the optimizers that stand by, one never stepped while a loop filled its gradients."""
    log = event.log
    if any(isinstance(e, ManualStep) for e in log) or history.names_only(log, "step"):
        return
    stepped = {e.optimizer for e in log if isinstance(e, OptimizerStep)}
    trained = history.stepped(log) | context.autograd.taken
    for optimizer, since in _standing_by(log).items():
        if optimizer in stepped or optimizer.tainted_by is not None:
            continue
        held = set(optimizer.params) - trained  # another one may step for it
        backwards = [
            e
            for e in log
            if isinstance(e, Backward) and e.call == "backward" and not held.isdisjoint(e.leaves)
        ]
        if len(backwards) < 2 or not backwards[0].moment.shares_loop(backwards[1].moment):
            continue
        first = backwards[0]
        if not optimizer.complete and not since.moment.shares_loop(first.moment):
            continue
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(first.moment)} computes gradients in every round, and nothing steps "
                "with them"
            ),
            moment=first.moment,
            trace=(
                ("this optimizer holds the parameters", since.moment),
                ("their gradients are computed here, round after round", first.moment),
            ),
            confidence=Confidence.CERTAIN if optimizer.complete else Confidence.LIKELY,
            unanimous=True,
            help="call `optimizer.step()` after the backward",
        )


def _standing_by(log: tuple[Event, ...]) -> dict[Optimizer, Event]:
    """Return the optimizers that were made or used to zero, and the event that shows it."""
    found: dict[Optimizer, Event] = {}
    for event in log:
        optimizer = event.optimizer if isinstance(event, OptimizerMade | ZeroGrad) else None
        if optimizer is not None:
            found.setdefault(optimizer, event)
    return found
