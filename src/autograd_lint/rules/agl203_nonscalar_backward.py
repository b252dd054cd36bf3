"""A backward starts at a tensor with more than one element.

## What it does
Finds `backward` on a tensor that is no scalar, without a `gradient` argument: a loss with
`reduction="none"`, a vector of losses.

## Why is this bad?
Only a scalar has *the* gradient; torch raises:

    RuntimeError: grad can be implicitly created only for scalar outputs

## Example
```python
loss = F.mse_loss(prediction, target, reduction="none")
loss.backward()
```

## Use instead
```python
loss.mean().backward()
```

## Not flagged
Tensors with one element, whatever their shape; `backward(gradient=…)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL203", "nonscalar-backward", Severity.ERROR, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A root that requires grad, has more than one element, and no gradient given."""
    if event.gradient_given is not False:
        return
    for root in event.roots:
        needs = context.autograd.requires_grad(root)
        several = root.several_elements
        if several is False or needs is False:
            continue
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(event.moment)} starts at a tensor with more than one element; "
                "torch raises here"
            ),
            moment=event.moment,
            trace=(
                ("a tensor with more than one element is made here", root.moment),
                ("and goes backward here, without a `gradient`", event.moment),
            ),
            confidence=Confidence.CERTAIN
            if several and needs and not root.opaque
            else Confidence.LIKELY,
            raises="RuntimeError",
            help="reduce it first (`.mean()`, `.sum()`), or pass `gradient=`",
        )
        return
