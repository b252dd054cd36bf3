"""A leaf that requires grad is written in place.

## What it does
Finds writes to a leaf tensor that requires grad, or to a view of one, while gradients are recorded:
assignment to an element or slice, augmented assignment, methods that end in an underscore, `out=`.

## Why is this bad?
A leaf's value is what you differentiate with respect to. Overwriting it would leave autograd
without the value that the gradient belongs to, so torch refuses:

    RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.
    RuntimeError: a view of a leaf Variable that requires grad is being used in an in-place operation.

## Example
```python
weight = torch.zeros(3, requires_grad=True)
weight[0] = 1.0
```

## Use instead
Write before gradients are asked for, or where they are not recorded:
```python
weight = torch.zeros(3)
weight[0] = 1.0
weight.requires_grad_()

with torch.no_grad():
    weight -= lr * weight.grad
```

## Not flagged
Writes under `no_grad`, through `.data` or `.detach()`, by `torch.nn.init`, to a clone, and to a leaf
that does not require grad (yet).
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import InplaceWrite
from autograd_lint.autograd.tensor import Tensor, ViewKind
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import writing
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL101", "leaf-inplace", Severity.ERROR, __doc__ or "")


@rule.on(InplaceWrite)
def check(event: InplaceWrite, context: Context) -> Iterator[Claim]:
    """A write while gradients are recorded, to a leaf or to a view of one."""
    tensor, autograd, naming = event.tensor, context.autograd, context.naming
    if event.needs_grad is False or autograd.requires_grad(tensor) is not True:
        return
    base = tensor.view.base if tensor.view is not None else tensor
    if base.grad_fn is not None or autograd.requires_grad(base) is not True or base.opaque:
        return
    if tensor.view is not None and tensor.view.kind is not ViewKind.SINGLE:
        return
    what = "a leaf that requires grad" if tensor is base else "a view of a leaf that requires grad"
    yield Claim(
        message=f"{naming.code(event.moment)} writes to {what} in place; torch raises here",
        moment=event.moment,
        trace=(
            ("the leaf that requires grad is made here", base.moment),
            ("and written in place here", event.moment),
        ),
        confidence=_confidence(event, base, context),
        raises="RuntimeError",
        help="write under `torch.no_grad()`, or build a new tensor out of it",
    )


def _confidence(event: InplaceWrite, base: Tensor, context: Context) -> Confidence:
    """Return how sure it is: who fills parameters anew may well be called under `no_grad`."""
    if context.autograd.mode_assumed and event.overwrites and base.is_parameter:
        return Confidence.POSSIBLE
    return writing.confidence_of(event)
