"""Parameters are trained by one optimizer, and zeroed through something that does not hold them.

## What it does
Finds the mistake of AGL301 where the loop does zero something: a module or an optimizer that holds none of
the parameters that are stepped with.

## Why is this bad?
The zeroing looks right and does nothing: the gradients of all rounds add up.

## Example
```python
target.zero_grad()
loss = criterion(online(x), y)
loss.backward()
optimizer.step()  # over online.parameters()
```

## Use instead
```python
optimizer.zero_grad()
```

## Not flagged
Another optimizer that is zeroed for its own step (the missing one is AGL301's).
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import OptimizerStep
from autograd_lint.finding import Severity
from autograd_lint.rules import accumulating
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL312", "params-not-zeroed", Severity.WARNING, __doc__ or "")


@rule.on(OptimizerStep)
def check(event: OptimizerStep, context: Context) -> Iterator[Claim]:
    """A step uses old gradients, and the loop zeroes those of something else."""
    zeroed = accumulating.zeroed_instead(event, context)
    if zeroed is not None:
        yield from accumulating.claims(event, event.optimizer.params, context, zeroed)
