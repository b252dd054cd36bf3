"""`backward(create_graph=True)` ties parameters and their gradients together.

## What it does
Finds `backward(create_graph=True)`.

## Why is this bad?
The graph that it makes hangs on `.grad`, and refers to the parameters whose `.grad` that is: a cycle, which
keeps all memory of the round until `.grad` is set to `None`. torch warns about it.

## Example
```python
loss.backward(create_graph=True)
penalty = sum(p.grad.pow(2).sum() for p in model.parameters())
```

## Use instead
```python
grads = torch.autograd.grad(loss, list(model.parameters()), create_graph=True)
penalty = sum(g.pow(2).sum() for g in grads)
```

## Not flagged
`torch.autograd.grad(..., create_graph=True)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL208", "create-graph-leak", Severity.INFO, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A backward makes a graph of gradients and leaves it in `.grad`."""
    if event.call != "backward" or not event.create_graph or event.deliberate:
        return
    if event.failure is not None:
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.moment)} leaves gradients with a graph in `.grad`: a reference "
            "cycle that keeps the round's memory"
        ),
        moment=event.moment,
        trace=(("`.grad` gets a graph that refers back to the parameters here", event.moment),),
        help="use `torch.autograd.grad(..., create_graph=True)`, which leaves `.grad` alone",
    )
