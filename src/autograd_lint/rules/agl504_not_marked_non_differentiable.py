"""A custom function returns what it has no gradient for, and does not say so.

## What it does
Finds outputs of a `torch.autograd.Function` whose gradient the backward never looks at, and that are
not handed to `ctx.mark_non_differentiable`. Outputs of integers and of booleans are marked by torch
itself.

## Why is this bad?
Such an output says that it requires grad. What is computed from it goes backward without a
complaint, and its gradient is dropped: a loss on a mask, on codes or on statistics trains nothing.

## Example
```python
@staticmethod
def forward(ctx, x):
    mask = (x > 0).float()
    ctx.save_for_backward(mask)
    return x * mask, mask

@staticmethod
def backward(ctx, grad_output, _):
    (mask,) = ctx.saved_tensors
    return grad_output * mask
```

## Use instead
```python
@staticmethod
def forward(ctx, x):
    mask = (x > 0).float()
    ctx.save_for_backward(mask)
    ctx.mark_non_differentiable(mask)
    return x * mask, mask
```

## Not flagged
Functions of one output; outputs whose gradient is used; integers and booleans.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL504", "not-marked-non-differentiable", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A function was applied whose backward ignores the gradient of one of its outputs."""
    if event.what != "gradient ignored":
        return
    yield remarks.found_by(
        event,
        context,
        "returns an output whose gradient the backward ignores, and does not mark it",
        here="the outputs are returned here",
        there="the function is applied here",
        help_="call `ctx.mark_non_differentiable(output)`",
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
    )
