"""Expanded memory is written in place.

## What it does
Finds writes to a tensor several of whose elements stand on the same place in memory, as `expand`
makes them.

## Why is this bad?
What would such an element's value be? torch raises:

    RuntimeError: unsupported operation: more than one element of the written-to tensor refers to a
    single memory location. Please clone() the tensor before performing the operation.

## Example
```python
mask = torch.zeros(1, 4).expand(3, 4)
mask += noise
```

## Use instead
```python
mask = torch.zeros(1, 4).expand(3, 4).clone()
mask += noise
```

## Not flagged
Broadcasting on the right-hand side; writes of one value to all (`zero_`, `fill_`); expanding to the
same shape.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import InplaceWrite
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL105", "expanded-inplace", Severity.ERROR, __doc__ or "")


@rule.on(InplaceWrite)
def check(event: InplaceWrite, context: Context) -> Iterator[Claim]:
    """A write that gives elements on one place in memory different values."""
    overlapping = event.tensor.overlapping
    if overlapping is False or event.keeps_layout:
        return
    code = context.naming.code(event.moment)
    yield Claim(
        message=f"{code} writes to expanded memory in place; torch raises here",
        moment=event.moment,
        trace=(
            ("the expanded tensor is made here", event.tensor.moment),
            ("and written in place here", event.moment),
        ),
        confidence=Confidence.CERTAIN
        if overlapping and not event.tensor.opaque
        else Confidence.LIKELY,
        raises="RuntimeError",
        help="call `.clone()` after expanding",
    )
