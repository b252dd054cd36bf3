"""Integers and truth values are asked for gradients.

## What it does
Finds `requires_grad` on tensors of integers or of truth values.

## Why is this bad?
A derivative is a limit of ever smaller steps, which integers have none of. torch raises:

    RuntimeError: Only Tensors of floating point and complex dtype can require gradients

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
from autograd_lint.finding import Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL404", "nonfloat-requires-grad", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A tensor that is not floating point is to require grad."""
    if event.what != "nonfloat":
        return
    clause = "asks for gradients of integers"
    yield remarks.refused(event, context, clause, "convert to floating point first")
