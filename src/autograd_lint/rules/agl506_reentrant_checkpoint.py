"""A reentrant checkpoint of which no input requires grad.

## What it does
Finds `checkpoint(..., use_reentrant=True)` whose inputs require no grad, over parameters that do.

## Why is this bad?
A reentrant checkpoint only records if an input requires grad. The parameters inside get no gradient.

## Example
```python
x = checkpoint(self.stem, image, use_reentrant=True)
```

## Use instead
```python
x = checkpoint(self.stem, image, use_reentrant=False)
```

## Not flagged
Inputs that require grad; `use_reentrant=False`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL506", "reentrant-checkpoint", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A checkpoint was executed whose result lost its graph."""
    if event.what != "reentrant":
        return
    naming = context.naming
    yield Claim(
        message=(f"{naming.code(event.moment)} records no graph: none of its inputs requires grad"),
        moment=event.moment,
        trace=(("the checkpoint runs without recording here", event.moment),),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        help="use `use_reentrant=False`",
    )
