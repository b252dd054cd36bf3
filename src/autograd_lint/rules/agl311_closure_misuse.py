"""An optimizer that needs a closure gets none, or one that does not zero.

## What it does
Finds `LBFGS.step()` without a closure (torch raises), and closures that go backward without zeroing the
gradients first.

## Why is this bad?
LBFGS calls the closure many times a step. Without zeroing, each call adds to the gradients of the one
before.

## Example
```python
def closure():
    loss = criterion(model(x), y)
    loss.backward()
    return loss

optimizer.step(closure)
```

## Use instead
```python
def closure():
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    return loss
```

## Not flagged
Closures of optimizers that call them once; closures that zero through a helper.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import ClosureMissing, ClosureRun
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL311", "closure-misuse", Severity.WARNING, __doc__ or "")


@rule.on(ClosureMissing)
def check_missing(event: ClosureMissing, context: Context) -> Iterator[Claim]:
    """A step that needs a closure is not given one."""
    naming = context.naming
    yield Claim(
        message=f"{naming.code(event.moment)} needs a closure; torch raises here",
        moment=event.moment,
        trace=(
            ("the optimizer is made here", event.optimizer.moment),
            ("it steps without a closure here", event.moment),
        ),
        raises="TypeError",
        help="pass a function that zeroes, computes the loss, goes backward and returns the loss",
    )


@rule.on(ClosureRun)
def check_run(event: ClosureRun, context: Context) -> Iterator[Claim]:
    """A closure that is called many times adds up the gradients of all calls."""
    if event.zeroed or event.backward is None:
        return
    unsure = event.optimizer.tainted_by is not None
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.backward.moment)} adds to the gradients of the closure's earlier "
            "calls: the closure does not zero them"
        ),
        moment=event.backward.moment,
        trace=(
            ("the optimizer calls the closure several times here", event.moment),
            ("each call adds its gradients here", event.backward.moment),
        ),
        confidence=Confidence.POSSIBLE if unsure else Confidence.CERTAIN,
        help="call `optimizer.zero_grad()` at the closure's beginning",
    )
