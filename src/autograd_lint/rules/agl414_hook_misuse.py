"""A tensor hook is registered where torch refuses it, or writes its argument.

## What it does
Finds `register_hook` on tensors that require no grad (torch raises), and hooks that write to the gradient
that they are given.

## Why is this bad?
The gradient that a hook gets may be used elsewhere in the same backward; a hook is to return a new one.

## Example
```python
hidden.register_hook(lambda grad: grad.mul_(0.1))
```

## Use instead
```python
hidden.register_hook(lambda grad: grad * 0.1)
```

## Not flagged
Hooks that return a new gradient; hooks on parameters.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL414", "hook-misuse", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A hook is refused, or writes to what it is given."""
    naming = context.naming
    confidence = Confidence.CERTAIN if event.sure else Confidence.POSSIBLE
    if event.what == "hook":
        yield Claim(
            message=(
                f"{naming.code(event.moment)} is on a tensor that requires no grad; torch raises here"
            ),
            moment=event.moment,
            trace=(*remarks.made(event), ("the hook is registered here", event.moment)),
            confidence=confidence,
            raises="RuntimeError",
            help="register it on a tensor that requires grad, with gradients recorded",
        )
    elif event.what == "hook writes" and event.since is not None:
        yield Claim(
            message=(
                f"{naming.code(event.since)} writes to the gradient that the hook is given, which "
                "others may use"
            ),
            moment=event.since,
            trace=(
                ("the hook is registered here", event.moment),
                ("and writes to its argument here", event.since),
            ),
            confidence=confidence,
            help="return a new gradient",
        )
