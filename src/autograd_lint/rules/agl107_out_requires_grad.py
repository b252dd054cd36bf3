"""An operator is told to put a result that needs a gradient into `out=`.

## What it does
Finds calls with `out=` of operators that have a derivative, where an operand or `out` itself requires
grad and gradients are recorded.

## Why is this bad?
The buffer would be overwritten without a node that knows of it. torch raises:

    RuntimeError: matmul(): functions with out=... arguments don't support automatic differentiation,
    but one of the arguments requires grad.

## Example
```python
buffer = torch.empty(8, 4)
torch.matmul(x, weight, out=buffer)  # weight requires grad
```

## Use instead
```python
result = torch.matmul(x, weight)
```

## Not flagged
`out=` under `torch.no_grad()`; operands that require no grad; operators that have no derivative
(`torch.argmax`).
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import OutWrite
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL107", "out-requires-grad", Severity.ERROR, __doc__ or "")


@rule.on(OutWrite)
def check(event: OutWrite, context: Context) -> Iterator[Claim]:
    """A result that would have to be recorded goes into `out`."""
    if not event.needs_grad:
        return
    naming = context.naming
    needing = next(t for t in (event.out, *event.sources) if context.autograd.requires_grad(t))
    yield Claim(
        message=(
            f"{naming.code(event.moment)} writes with `out=` while gradients are recorded for it; "
            "torch raises here"
        ),
        moment=event.moment,
        trace=(
            ("this requires grad", needing.moment),
            ("and is used with `out=` here", event.moment),
        ),
        confidence=Confidence.LIKELY if needing.opaque else Confidence.CERTAIN,
        raises="RuntimeError",
        help="leave `out=` away, or compute under `torch.no_grad()`",
    )
