"""A training loop evaluates with `model.eval()` and trains on without `model.train()`.

## What it does
Finds `eval()` in a loop whose next round trains the same model without having put it back.

## Why is this bad?
From the second round on, dropout is off and batch norm no longer follows the data; there is no error.

## Example
```python
model.train()
for epoch in range(epochs):
    train_one_epoch(model, optimizer)
    model.eval()
    validate(model)
```

## Use instead
```python
for epoch in range(epochs):
    model.train()
    train_one_epoch(model, optimizer)
    model.eval()
    validate(model)
```

## Not flagged
`eval()` of a part of the model, to freeze its normalization; models that are trained in eval mode from the
beginning.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Event, Finished, ModeChange, OptimizerStep
from autograd_lint.finding import Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL314", "stuck-in-eval", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """A model that was trained in training mode is trained on in evaluation mode."""
    for position, change in enumerate(event.log):
        if not isinstance(change, ModeChange) or change.training or not change.leaves:
            continue
        before = _trained_before(event.log[:position], change)
        after = _trained_after(event.log[position:], change)
        if before is None or after is None:
            continue
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(change.moment)} leaves the model in evaluation mode: the next round "
                "trains it without dropout, and without following the batch statistics"
            ),
            moment=change.moment,
            trace=(
                ("the model is trained in training mode here", before.moment),
                ("it is put into evaluation mode here", change.moment),
                ("and trained on in it here", after.moment),
            ),
            help="call `model.train()` at the beginning of each round",
        )


def _holds(change: ModeChange, step: OptimizerStep) -> bool:
    """Whether a step is of the model that changes its mode, whatever an unseen optimizer may hold."""
    filled = {leaf for leaf in step.filled if leaf.is_parameter or not leaf.opaque}
    return bool(filled) and filled.issubset(change.leaves)


def _trained_before(log: tuple[Event, ...], change: ModeChange) -> OptimizerStep | None:
    """Return the last step of a model before it changes its mode, if that was in training mode."""
    found: OptimizerStep | None = None
    for entry in log:
        if isinstance(entry, OptimizerStep) and _holds(change, entry):
            found = entry
        elif isinstance(entry, ModeChange) and set(entry.leaves).issuperset(change.leaves):
            found = None
            if not entry.training:
                return None
    return found


def _trained_after(log: tuple[Event, ...], change: ModeChange) -> OptimizerStep | None:
    """Return the next step of a model in a later round, if nothing has put it back before."""
    for entry in log:
        if isinstance(entry, OptimizerStep) and _holds(change, entry):
            later = change.moment.earlier_round_than(entry.moment)
            return entry if later and entry.optimizer.tainted_by is None else None
        if isinstance(entry, ModeChange) and entry.training and _overlap(entry, change):
            return None
    return None


def _overlap(one: ModeChange, other: ModeChange) -> bool:
    return not set(one.leaves).isdisjoint(other.leaves)
