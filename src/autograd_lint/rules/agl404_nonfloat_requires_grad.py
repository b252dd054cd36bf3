"""Integers and truth values are asked for gradients.

## What it does
Finds `requires_grad` on tensors of integers or of truth values.

## Why is this bad?
torch raises.

## Example
```python
steps = torch.arange(10, requires_grad=True)
```

## Use instead
```python
steps = torch.arange(10.0, requires_grad=True)
```

## Not flagged
Floating point and complex tensors.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL404", "nonfloat-requires-grad", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A tensor that is not floating point is to require grad."""
    if event.what != "nonfloat":
        return
    naming = context.naming
    yield Claim(
        message=(f"{naming.code(event.moment)} asks for gradients of integers; torch raises here"),
        moment=event.moment,
        trace=(
            *((("the tensor is made here", event.since),) if event.since is not None else ()),
            ("and torch refuses this here", event.moment),
        ),
        confidence=Confidence.CERTAIN if event.sure else Confidence.POSSIBLE,
        raises="RuntimeError",
        help="convert to floating point first",
    )
