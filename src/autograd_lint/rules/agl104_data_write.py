"""A write that autograd does not see, to what a backward then uses.

## What it does
Finds writes that bump no version (through `.data`, or by a fused optimizer's step) to a tensor that a
node has saved, before the backward that reads it.

## Why is this bad?
Autograd checks versions to find out that what it saved has changed. Through `.data` it cannot: there is
no error, and the gradient is computed with the new values. It is simply wrong.

## Example
```python
score = (weight * x).sigmoid()
score.data.clamp_(0.1, 0.9)
score.sum().backward()  # uses the clamped score for the sigmoid's derivative
```

## Use instead
Write where it is recorded, or to a copy, or after the backward:
```python
score = (weight * x).sigmoid()
clamped = score.clamp(0.1, 0.9)
clamped.sum().backward()
```

## Not flagged
`.data` in initialization, on gradients, after the backward, in updates between iterations: nothing
that was saved is still needed then.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward, Returned
from autograd_lint.autograd.tensor import Node, Saved, Write
from autograd_lint.finding import Severity
from autograd_lint.rules import failing, picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL104", "data-write", Severity.WARNING, __doc__ or "")


@rule.on(Backward, Returned)
def check(event: Backward | Returned, context: Context) -> Iterator[Claim]:
    """A backward reads a saved tensor that was written unseen since it was saved."""
    if event.failure is not None:
        return
    for node in event.nodes:
        for saved in node.saved:
            write = failing.unseen_write(saved)
            if write is not None:
                yield _claim(event, context, node, saved, write)
                return


def _claim(
    event: Backward | Returned, context: Context, node: Node, saved: Saved, write: Write
) -> Claim:
    naming = context.naming
    return Claim(
        message=(
            f"{naming.code(write.moment)} changes, unseen by autograd, what {naming.op(node)} saved "
            f"for backward in line {naming.line(node.moment)}: the gradient will be wrong"
        ),
        moment=write.moment,
        trace=(
            (f"{naming.saved(node, saved)} for backward here", node.moment),
            ("it is written here without a trace of it", write.moment),
            failing.needing(event, context),
        ),
        confidence=failing.confidence_at(event, node, context),
        help="write before the forward or after the backward, or out of place",
        graph=partial(picture.around, event, context, node, stops=False),
    )
