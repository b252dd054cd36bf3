"""`requires_grad` is assigned on the result of an operator.

## What it does
Finds `tensor.requires_grad = ...` on tensors that have a graph.

## Why is this bad?
A result requires a gradient because of what it was computed from, and cannot give that up. torch
raises:

    RuntimeError: you can only change requires_grad flags of leaf variables.

## Example
```python
features = backbone(x)
features.requires_grad = False
```

## Use instead
```python
features = backbone(x).detach()
```

## Not flagged
`requires_grad_()`, which asks for what it has; leaves.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL405", "requires-grad-on-nonleaf", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """The flag of a result is set."""
    if event.what != "nonleaf flag":
        return
    clause = "sets the flag of a tensor that is no leaf"
    yield remarks.refused(event, context, clause, "use `.detach()` to get it without its graph")
