"""A custom backward returns the wrong number of gradients.

## What it does
Finds `torch.autograd.Function`s whose backward does not return one gradient for each input of forward.

## Why is this bad?
Each argument of `forward` is owed a gradient, or `None`. torch raises in the backward:

    RuntimeError: function ScaleBackward returned an incorrect number of gradients (expected 2, got 1)

## Example
```python
@staticmethod
def forward(ctx, x, scale):
    ...

@staticmethod
def backward(ctx, grad):
    return grad * 2
```

## Use instead
```python
@staticmethod
def backward(ctx, grad):
    return grad * 2, None
```

## Not flagged
Further `None`s at the end, which torch takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL501", "gradient-count", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A backward was executed and its gradients were counted."""
    if event.what != "gradient count" or event.since is None:
        return
    claim = remarks.found_by(
        event,
        context,
        f"must return a gradient for each input: {event.name}",
        here="the gradients are returned here",
        there="torch refuses them here" if event.sure else "the function is applied here",
        help_="return one gradient for each argument of forward, `None` where there is none",
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
    )
    yield replace(claim, raises="RuntimeError")
