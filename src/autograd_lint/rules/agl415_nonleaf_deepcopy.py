"""A result with a graph is deep-copied.

## What it does
Finds `copy.deepcopy` of tensors that are results of operators and require grad, alone or in what is copied.

## Why is this bad?
torch raises.

## Example
```python
best = copy.deepcopy(hidden)
```

## Use instead
```python
best = hidden.detach().clone()
```

## Not flagged
Leaves, modules, detached tensors.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL415", "nonleaf-deepcopy", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A result that requires grad is deep-copied."""
    if event.what != "deepcopy":
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.moment)} copies a tensor that has a graph; torch raises here"
        ),
        moment=event.moment,
        trace=(
            *((("the tensor is made here", event.since),) if event.since is not None else ()),
            ("and torch refuses this here", event.moment),
        ),
        confidence=Confidence.CERTAIN if event.sure else Confidence.POSSIBLE,
        raises="RuntimeError",
        help="copy `.detach().clone()`",
    )
