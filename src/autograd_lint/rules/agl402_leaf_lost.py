"""What requires grad is not kept; what is kept is computed from it.

## What it does
Finds `torch.randn(..., requires_grad=True) * 0.01`, `.view(...)`, `.double()` and the like, whose result is
then asked for its `.grad` or given to an optimizer.

## Why is this bad?
The leaf that requires grad is gone; the result is not a leaf. Its `.grad` stays `None`, and an optimizer
refuses it.

## Example
```python
weight = torch.randn(4, 3, requires_grad=True) * 0.01
...
weight.data -= lr * weight.grad
```

## Use instead
```python
weight = (torch.randn(4, 3) * 0.01).requires_grad_()
```

## Not flagged
Results that are never optimized, nor asked for `.grad`; `requires_grad_()` last. `.to(device)` is no more
than likely: it is the identity where the tensor is there already.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import OptimizerMade, Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.interpreter.library.dispatch import is_lost_leaf
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL402", "leaf-lost", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """The result of an operator on a leaf made on the way is used as if it were the leaf."""
    if event.what != "leaf lost" or event.since is None:
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.since)} keeps the result of an operator, not the leaf that "
            "requires grad: its `.grad` stays None"
        ),
        moment=event.since,
        trace=(
            ("the leaf is lost here", event.since),
            (f"its gradient is expected here: {naming.code(event.moment)}", event.moment),
        ),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        help="call `requires_grad_()` last",
    )


@rule.on(OptimizerMade)
def check_optimizer(event: OptimizerMade, context: Context) -> Iterator[Claim]:
    """An optimizer is given such a result, and refuses it."""
    if event.nonleaf is None or not is_lost_leaf(event.nonleaf):
        return
    naming = context.naming
    made = event.nonleaf.moment
    yield Claim(
        message=(
            f"{naming.code(made)} keeps the result of an operator, not the leaf that requires "
            "grad: the optimizer refuses it"
        ),
        moment=made,
        trace=(
            ("the leaf is lost here", made),
            ("the optimizer is given the result here; torch raises", event.moment),
        ),
        confidence=Confidence.LIKELY if event.nonleaf.opaque else Confidence.CERTAIN,
        raises="ValueError",
        help="call `requires_grad_()` last",
    )
