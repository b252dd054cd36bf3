"""A statement names a method that acts, and does not call it.

## What it does
Finds `optimizer.step`, `optimizer.zero_grad`, `loss.backward`, `torch.no_grad` and the like as statements
of their own, without parentheses.

## Why is this bad?
Nothing happens, and Python says nothing.

## Example
```python
loss.backward()
optimizer.step
```

## Use instead
```python
loss.backward()
optimizer.step()
```

## Not flagged
Methods that are passed on, stored or used as decorators.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import NotCalled
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL305", "method-not-called", Severity.WARNING, __doc__ or "")


@rule.on(NotCalled)
def check(event: NotCalled, context: Context) -> Iterator[Claim]:
    """A statement that does nothing stands where a call was meant."""
    yield Claim(
        message=f"{context.naming.code(event.moment)} is not called: the statement does nothing",
        moment=event.moment,
        trace=(("the method is named here, not called", event.moment),),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        help=f"write `{event.name}()`",
    )
