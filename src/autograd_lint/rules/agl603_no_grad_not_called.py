"""`with torch.no_grad:` without the call.

## What it does
Finds grad modes that are entered as classes.

## Why is this bad?
A class is no context manager. Python raises:

    TypeError: 'type' object does not support the context manager protocol

## Example
```python
with torch.no_grad:
    evaluate(model)
```

## Use instead
```python
with torch.no_grad():
    evaluate(model)
```

## Not flagged
`@torch.no_grad` as a decorator, which works without the call.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL603", "no-grad-not-called", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A class is entered."""
    if event.what != "mode not made":
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.moment)} is a class, not a context manager; Python raises here"
        ),
        moment=event.moment,
        trace=(("the class is entered here", event.moment),),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        raises="TypeError",
        help="call it: `torch.no_grad()`",
    )
