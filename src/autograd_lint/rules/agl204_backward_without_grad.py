"""A backward starts at a tensor that does not require grad.

## What it does
Finds `backward` on a tensor without a graph: computed under `no_grad`, detached, rebuilt from
numbers, or from nothing that requires grad.

## Why is this bad?
There is nothing to differentiate; torch raises:

    RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn

## Example
```python
with torch.no_grad():
    loss = criterion(model(x), y)
loss.backward()
```

## Use instead
```python
loss = criterion(model(x), y)
loss.backward()
```

## Not flagged
Tensors of which it is not known whether they require grad.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Severity
from autograd_lint.rules import picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL204", "backward-without-grad", Severity.ERROR, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A root that is known not to require grad."""
    for root in event.roots:
        if context.autograd.edge(root) is not None or root.opaque:
            continue
        naming = context.naming
        cuts = picture.in_order(root.provenance.cuts, context)
        yield Claim(
            message=(
                f"{naming.code(event.moment)} starts at a tensor that does not require grad; "
                "torch raises here"
            ),
            moment=event.moment,
            trace=(
                ("a tensor that does not require grad is made here", root.moment),
                ("and goes backward here", event.moment),
            ),
            unanimous=True,
            raises="RuntimeError",
            help="compute it from something that requires grad, outside `no_grad`",
            graph=partial(picture.around, event, context, cuts=cuts),
        )
        return
