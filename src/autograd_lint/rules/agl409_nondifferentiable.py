"""The only way from parameters to the loss has no derivative.

## What it does
Finds argmax, rounding, comparisons and casts to integers through which alone trained parameters have a part
in the loss.

## Why is this bad?
There is no gradient, or one that is zero everywhere: the parameters stay as they are.

## Example
```python
weight = torch.round(self.weight / scale) * scale
loss = criterion(F.linear(x, weight, self.bias), y)
```

## Use instead
```python
rounded = torch.round(self.weight / scale) * scale
weight = self.weight + (rounded - self.weight).detach()
loss = criterion(F.linear(x, weight, self.bias), y)
```

## Not flagged
Straight-through estimators; indices and masks beside a way that has a derivative. A loss without any graph
is AGL204's: torch raises.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished
from autograd_lint.finding import Severity
from autograd_lint.rules import lost
from autograd_lint.rules.rule import Abstention, Claim, Context, Rule

rule = Rule("AGL409", "nondifferentiable", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim | Abstention]:
    """A loss comes from its parameters by way of an operator without a derivative."""
    what = "has no derivative"
    help_ = "use something smooth, or a straight-through estimator"
    yield from lost.claims(event, context, lambda cut: cut.by_operator, what, help_)
