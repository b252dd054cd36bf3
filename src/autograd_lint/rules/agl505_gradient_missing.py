"""A custom backward gives `None` for an input that needs a gradient.

## What it does
Finds backwards of `torch.autograd.Function`s that return `None` where the input of that place requires
grad.

## Why is this bad?
The input gets no gradient, silently.

## Example
```python
return grad * weight, None  # the weight requires grad
```

## Use instead
```python
return grad * weight, grad * x
```

## Not flagged
Inputs that require no grad; `None` by `ctx.needs_input_grad`. In a model that nothing in sight trains,
whose users may freeze the weights, it is merely possible.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL505", "gradient-missing", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A backward was executed with inputs that require grad."""
    if event.what != "gradient missing" or event.since is None:
        return
    yield remarks.found_by(
        event,
        context,
        "returns None for an input that requires grad",
        here="the gradients are returned here",
        there="the function is applied here",
        help_="return its gradient",
        confidence=Confidence.CERTAIN if event.sure else Confidence.POSSIBLE,
    )
