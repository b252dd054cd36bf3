"""The same graph goes backward again, and its gradients add up.

## What it does
Finds a second backward from the same result, or from a sum that it is part of, that torch allows,
because the graph saved nothing or was retained, while the gradients of the first have not been zeroed.

## Why is this bad?
It does not raise: `.grad` silently becomes the sum of both passes, twice what it should be.

## Example
```python
total = (weights + bias).view(-1).sum()
total.backward()
total.backward()  # weights.grad is now all twos
```

## Use instead
Go backward once, or zero the gradients in between:
```python
total.backward()
weights.grad = None
total.backward()
```

## Not flagged
Gradients that are zeroed in between; different losses, whose gradients are meant to add up; a backward
that is given different `gradient=` arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL206", "backward-accumulates", Severity.WARNING, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """What has gone backward before does so again, into gradients that still hold that pass."""
    if event.failure is not None or event.call != "backward" or event.gradient_given is not False:
        return
    for node in event.nodes:
        if node.opaque:
            continue
        for earlier in node.walked_by:
            roots = event.roots if node.several else earlier.roots
            same = any(root.grad_fn is node and root in roots for root in earlier.roots)
            if not same or earlier.gradient_given is not False or earlier.call != "backward":
                continue
            if earlier.create_graph:
                continue
            held = [
                leaf
                for leaf in event.leaves
                if leaf.gradient is not None and earlier in leaf.gradient.backwards
            ]
            if not held:
                continue
            tainted = any(
                leaf.gradient is not None and leaf.gradient.tainted_by is not None for leaf in held
            )
            naming = context.naming
            yield Claim(
                message=(
                    f"{naming.code(event.moment)} goes backward through the same graph again: it "
                    "does not raise, but adds the same gradients to `.grad` a second time"
                ),
                moment=event.moment,
                trace=(
                    (f"{naming.code(earlier.moment)} fills `.grad` here", earlier.moment),
                    ("the same graph adds its gradients again here", event.moment),
                ),
                confidence=Confidence.POSSIBLE if tainted else Confidence.CERTAIN,
                help="go backward once, or zero the gradients in between",
                graph=partial(picture.around, event, context),
            )
            return
