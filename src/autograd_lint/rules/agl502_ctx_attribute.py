"""A tensor is kept as an attribute of the context.

## What it does
Finds `ctx.name = tensor` in a custom Function.

## Why is this bad?
`save_for_backward` checks versions and lets go of the memory; an attribute does neither, and an output kept
that way refers to itself: a leak.

## Example
```python
ctx.x = x
```

## Use instead
```python
ctx.save_for_backward(x)
```

## Not flagged
Numbers, shapes and flags.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL502", "ctx-attribute", Severity.INFO, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A tensor is kept on a context."""
    if event.what != "ctx attribute":
        return
    naming = context.naming
    yield Claim(
        message=(f"{naming.code(event.moment)} keeps a tensor past autograd's checks"),
        moment=event.moment,
        trace=(("the tensor is kept as an attribute here", event.moment),),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        help="use `ctx.save_for_backward`",
    )
