"""A gradient goes into a loss as a term that has no gradient itself.

## What it does
Finds gradients computed without `create_graph=True` (by `torch.autograd.grad`, or read from `.grad`) that
are added to a loss which then goes backward.

## Why is this bad?
Without `create_graph=True` a gradient is a constant. A gradient penalty or a residual made of it changes
the loss that you see, but not a single weight.

## Example
```python
grads = torch.autograd.grad(critic(mixed).sum(), mixed)[0]
penalty = (grads.norm(dim=1) - 1).pow(2).mean()
(critic(fake).mean() - critic(real).mean() + 10 * penalty).backward()
```

## Use instead
```python
grads = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)[0]
```

## Not flagged
Gradients that are logged, or that update what they are the gradient of (`x + eps * grad.sign()`, inner
loops, attacks), or that go into a network, or that another gradient is to match.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL207", "penalty-without-create-graph", Severity.WARNING, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """What goes backward has a term that is a gradient without a graph."""
    if event.failure is not None:
        return
    for root in event.roots:
        if context.autograd.requires_grad(root) is False:
            continue
        for source in sorted(root.provenance.passes, key=_order):
            if set(context.autograd.leaves_behind(source.roots)).isdisjoint(event.leaves):
                continue  # nothing that is trained here has had a part in it
            naming = context.naming
            unseen = root.opaque or not event.complete
            yield Claim(
                message=(
                    f"{naming.code(source.moment)} computes a gradient without "
                    "`create_graph=True`: as a term of a loss it is a constant"
                ),
                moment=source.moment,
                trace=(
                    ("the gradient is computed here, without a graph of its own", source.moment),
                    ("the loss that it is a term of goes backward here", event.moment),
                ),
                confidence=Confidence.LIKELY if unseen else Confidence.CERTAIN,
                help="pass `create_graph=True`",
            )


def _order(event: Backward) -> int:
    """Sort passes as they happened: by the nodes that they walked."""
    return max((node.sequence for node in event.nodes), default=0)
