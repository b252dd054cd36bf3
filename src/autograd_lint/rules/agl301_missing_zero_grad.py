"""Gradients that were already stepped with go into the next step.

## What it does
Finds a step whose gradients still hold what an earlier step has used, because nothing has zeroed them
in between: backward, step, backward, step.

## Why is this bad?
`backward` adds to `.grad`. Without zeroing, each step goes along the sum of all gradients so far: the
loss may still go down, but it is another, worse optimizer that you run.

## Example
```python
for x, y in loader:
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
```

## Use instead
```python
for x, y in loader:
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
```

## Not flagged
Accumulation on purpose: several backwards before one step, zeroed after it. Zeroing by any road: a
helper, `model.zero_grad()`, `p.grad = None`, in another loop. A model or optimizer made anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import ManualStep, OptimizerStep
from autograd_lint.finding import Severity
from autograd_lint.rules import accumulating
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL301", "missing-zero-grad", Severity.WARNING, __doc__ or "")


@rule.on(OptimizerStep)
def check_step(event: OptimizerStep, context: Context) -> Iterator[Claim]:
    """An optimizer steps with a gradient that it has stepped with before."""
    if event.closure:
        return  # that is AGL311's
    if accumulating.zeroed_instead(event, context) is None:  # else it is AGL312's
        yield from accumulating.claims(event, event.optimizer.params, context)


@rule.on(ManualStep)
def check_manual(event: ManualStep, context: Context) -> Iterator[Claim]:
    """A leaf is updated with a gradient that it has been updated with before."""
    yield from accumulating.claims(event, [event.leaf], context)
