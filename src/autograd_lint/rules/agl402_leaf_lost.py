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

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
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
