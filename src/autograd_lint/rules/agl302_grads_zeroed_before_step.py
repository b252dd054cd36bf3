"""Gradients are zeroed between the backward and the step.

## What it does
Finds zeroing that discards the gradients which the next step of an optimizer was to use.

## Why is this bad?
The step then finds no gradients. Nothing is learnt, or only what momentum remembers.

## Example
```python
loss = criterion(model(x), y)
loss.backward()
optimizer.zero_grad()
optimizer.step()
```

## Use instead
```python
optimizer.zero_grad()
loss = criterion(model(x), y)
loss.backward()
optimizer.step()
```

## Not flagged
Another optimizer's gradients; gradients that are put back by hand; zeroing before the backward.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import OptimizerStep
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL302", "grads-zeroed-before-step", Severity.WARNING, __doc__ or "")


@rule.on(OptimizerStep)
def check(event: OptimizerStep, context: Context) -> Iterator[Claim]:
    """An optimizer steps whose gradients were all zeroed since they were computed."""
    optimizer = event.optimizer
    if event.filled or event.closure:
        return
    for leaf in optimizer.params:
        gradient = leaf.gradient
        if gradient is None or gradient.dropped is None:
            continue
        backward, zeroed = gradient.dropped
        if backward.moment.earlier_round_than(event.moment):
            continue  # this round's backward is yet to come
        naming = context.naming
        place = zeroed.seen_from(backward.moment, event.moment)
        confidence = Confidence.CERTAIN if optimizer.complete else Confidence.LIKELY
        if optimizer.tainted_by is not None or gradient.tainted_by is not None:
            confidence = Confidence.POSSIBLE
        yield Claim(
            message=(
                f"{naming.code(place)} discards the gradients that the step in line "
                f"{naming.line(event.moment)} is to use"
            ),
            moment=place,
            trace=(
                (f"{naming.code(backward.moment)} computes them here", backward.moment),
                ("they are zeroed here", zeroed),
                ("and the optimizer steps without them here", event.moment),
            ),
            confidence=confidence,
            help="zero before the backward, or after the step",
        )
        return
