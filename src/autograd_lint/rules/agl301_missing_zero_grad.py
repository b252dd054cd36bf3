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
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL301", "missing-zero-grad", Severity.WARNING, __doc__ or "")


@rule.on(OptimizerStep)
def check_step(event: OptimizerStep, context: Context) -> Iterator[Claim]:
    """An optimizer steps with a gradient that it has stepped with before."""
    sure = event.optimizer.complete and event.optimizer.tainted_by is None
    yield from _check(event, event.optimizer.params, sure, context)


@rule.on(ManualStep)
def check_manual(event: ManualStep, context: Context) -> Iterator[Claim]:
    """A leaf is updated with a gradient that it has been updated with before."""
    yield from _check(event, [event.leaf], True, context)


def _check(
    event: OptimizerStep | ManualStep, leaves: list[Tensor], sure: bool, context: Context
) -> Iterator[Claim]:
    for leaf in leaves:
        gradient = leaf.gradient
        if gradient is None or gradient.stale is None:
            continue
        first, step, second = gradient.stale
        naming = context.naming
        confidence = Confidence.CERTAIN if sure else Confidence.LIKELY
        if leaf.opaque:
            confidence = Confidence.LIKELY
        if gradient.tainted_by is not None:
            confidence = Confidence.POSSIBLE
        yield Claim(
            message=(
                f"{naming.code(event.moment)} steps with gradients that an earlier step has "
                "already used: nothing zeroes them in between"
            ),
            moment=event.moment,
            trace=(
                (f"{naming.code(first.moment)} fills `.grad` here", first.moment),
                (f"{naming.code(step)} uses it here", step),
                (f"{naming.code(second.moment)} adds to it here", second.moment),
                ("this step uses the old gradients once more", event.moment),
            ),
            confidence=confidence,
            help="call `zero_grad()` once before each backward, or after each step",
        )
        return
