'''The same graph goes backward again, and its gradients add up.

## What it does
Finds a second backward from the same result that torch allows, because the graph saved nothing or was
retained, while the gradients of the first have not been zeroed.

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
'''

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL206", "backward-accumulates", Severity.WARNING, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A root that has gone backward before, into gradients that still hold that pass."""
    if event.failure is not None or event.call != "backward" or event.gradient_given is not False:
        return
    for root in event.roots:
        node = root.grad_fn
        if node is None or node.opaque:
            continue
        for earlier in node.walked_by:
            same = root in earlier.roots and earlier.gradient_given is False
            if not same or earlier.call != "backward":
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
            )
            return
