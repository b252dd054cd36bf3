"""A gradient is asked for of a tensor that the output does not depend on.

## What it does
Finds `torch.autograd.grad` with an input that does not require grad, or that the output does not depend on.

## Why is this bad?
There is no such gradient, and torch raises:

    RuntimeError: One of the differentiated Tensors does not require grad

    RuntimeError: The differentiated Tensor at index 0 appears to not have been used in the graph. Set
    allow_unused=True if this is the desired behavior.

## Example
```python
u = network(points)
(du,) = torch.autograd.grad(u.sum(), points)
```

## Use instead
```python
points.requires_grad_()
u = network(points)
(du,) = torch.autograd.grad(u.sum(), points)
```

## Not flagged
`allow_unused=True`, where the input requires grad; outputs that were computed by unseen code.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Severity
from autograd_lint.rules import picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL209", "grad-of-unused-input", Severity.ERROR, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """Of what a gradient is asked for, one thing has none."""
    unused = event.unused
    if unused is None or any(context.autograd.edge(root) is None for root in event.roots):
        return  # AGL204 tells of a root that does not require grad
    naming = context.naming
    is_plain = context.autograd.requires_grad(unused) is False
    why = "does not require grad" if is_plain else "the output was not computed from"
    cuts = picture.in_order({c for root in event.roots for c in root.provenance.cuts}, context)
    yield Claim(
        message=(
            f"{naming.code(event.moment)} asks for the gradient of a tensor that {why}; torch raises here"
        ),
        moment=event.moment,
        trace=(
            (f"the tensor that {why} is made here", unused.moment),
            ("and its gradient is asked for here", event.moment),
        ),
        raises="RuntimeError",
        help=(
            "call `.requires_grad_()` before the output is computed from it"
            if is_plain
            else "compute the output from this very tensor, or pass `allow_unused=True`"
        ),
        graph=partial(picture.around, event, context, cuts=cuts),
    )
