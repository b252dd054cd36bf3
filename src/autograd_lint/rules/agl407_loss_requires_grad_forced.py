"""A loss without a graph is told to require grad, and goes backward.

## What it does
Finds `loss.requires_grad_()` on a result that has no graph, where the backward then starts.

## Why is this bad?
The error "does not require grad" was right: nothing that is trained has a part in this loss. Now it is
silent instead.

## Example
```python
loss = criterion(frozen(x), y)
loss.requires_grad_(True)
loss.backward()
```

## Use instead
```python
frozen.requires_grad_(True)  # or train what comes after it
loss = criterion(frozen(x), y)
loss.backward()
```

## Not flagged
Leaves that are there to be optimized.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL407", "loss-requires-grad-forced", Severity.WARNING, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A backward starts at a result that was made a leaf afterwards."""
    for root in event.roots:
        made = bool(root.made_by or root.provenance.cuts)
        if root.grad_fn is not None or root.asked is None or not made or event.targets is not None:
            continue
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(root.asked)} only silences the error: the backward in line "
                f"{naming.line(event.moment)} reaches no parameter"
            ),
            moment=root.asked,
            trace=(
                ("the loss is computed without a graph here", root.moment),
                ("it is made a leaf here", root.asked),
                ("and goes backward to itself alone here", event.moment),
            ),
            confidence=Confidence.LIKELY if root.opaque else Confidence.CERTAIN,
            help="find out why the loss has no graph",
        )
