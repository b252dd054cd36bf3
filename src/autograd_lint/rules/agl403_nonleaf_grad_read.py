"""`.grad` is read of a tensor that keeps none.

## What it does
Finds reads of `.grad` of results of operators, after a backward went through them, without `retain_grad()`.

## Why is this bad?
Only leaves keep their gradients. It is `None`, whatever the backward computed.

## Example
```python
features = encoder(x)
criterion(head(features), y).backward()
saliency = features.grad.abs()
```

## Use instead
```python
features = encoder(x)
features.retain_grad()
criterion(head(features), y).backward()
saliency = features.grad.abs()
```

## Not flagged
Tensors with `retain_grad()`; gradients taken by a hook.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL403", "nonleaf-grad-read", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """The gradient of a result is read, which nobody has kept."""
    if event.what != "nonleaf grad" or not event.sure:
        return  # before a backward, to look is harmless
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.moment)} is None: the tensor is no leaf, and nothing called "
            "`retain_grad()`"
        ),
        moment=event.moment,
        trace=(
            *((("it is computed here", event.since),) if event.since is not None else ()),
            ("its `.grad` is read here", event.moment),
        ),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        help="call `retain_grad()` before the backward",
    )
