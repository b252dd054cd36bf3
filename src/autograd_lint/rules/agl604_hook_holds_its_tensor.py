"""A hook holds the tensor that it is registered on, and neither is ever freed.

## What it does
Finds hooks on computed tensors (`register_hook`) whose function refers to that tensor, or to something
computed from it, and which are never removed.

## Why is this bad?
The tensor holds its node in the graph, the node holds the hook, and the hook holds the tensor. Python's
garbage collector cannot see into the graph, so the circle is never broken: each round leaves its tensors, and
what they have saved, in memory for good.

## Example
```python
hidden = encoder(x)
hidden.register_hook(lambda grad: grad * (hidden > 0))
```

## Use instead
```python
hidden = encoder(x)
active = (hidden > 0).detach()
hidden.register_hook(lambda grad: grad * active)
```

## Not flagged
Hooks on leaves; hooks that hold detached values; hooks that are removed; methods of an object that keeps the
tensor as an attribute, which the next one replaces.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished, Hooked
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL604", "hook-holds-its-tensor", Severity.INFO, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """What a hook refers to, when all is done, leads back to the node that holds the hook."""
    for hooked in event.log:
        if not isinstance(hooked, Hooked) or hooked.is_removed:
            continue
        held = next(
            (t for t in hooked.holds() if hooked.node in context.autograd.nodes_behind([t])), None
        )
        if held is None:
            continue
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(hooked.moment)} registers a hook that holds the tensor it is on: "
                "neither is ever freed"
            ),
            moment=hooked.moment,
            trace=(
                ("the tensor is computed here", hooked.node.moment),
                ("the hook that is registered here", hooked.moment),
                (
                    "refers to what is computed here, and so to its own place in the graph",
                    held.moment,
                ),
            ),
            confidence=Confidence.CERTAIN,
            help="let the hook refer to `.detach()` of it, made before, or remove the hook",
        )
