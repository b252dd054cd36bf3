"""A custom forward writes to an input and does not say so.

## What it does
Finds writes to inputs in the forward of a `torch.autograd.Function` without `ctx.mark_dirty`.

## Why is this bad?
Autograd goes on with the input as if it were the old one: gradients are wrong, or the error comes
elsewhere.

## Example
```python
@staticmethod
def forward(ctx, x):
    x.mul_(2)
    return x
```

## Use instead
```python
@staticmethod
def forward(ctx, x):
    x.mul_(2)
    ctx.mark_dirty(x)
    return x
```

## Not flagged
Writes to clones and to new tensors.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL503", "not-marked-dirty", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A forward was executed and its inputs were watched."""
    if event.what != "not marked dirty" or event.since is None:
        return
    yield remarks.found_by(
        event,
        context,
        "writes to an input of the function without `mark_dirty`",
        here="the input is written here",
        there="the function is applied here",
        help_="call `ctx.mark_dirty(input)`, or write to a clone",
        confidence=Confidence.CERTAIN,
    )
