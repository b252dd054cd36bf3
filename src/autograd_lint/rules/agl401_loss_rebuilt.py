"""A loss is rebuilt from its number, and has no graph any more.

## What it does
Finds `torch.tensor(loss)`, `.item()`, `float(...)`, `Variable(loss.data)` and numpy means of losses that
then go backward, or into what goes backward, while the parameters behind them get no gradient.

## Why is this bad?
The new tensor has the right value and no history. `backward` runs, if `requires_grad=True` silenced its
error, and not one parameter learns.

## Example
```python
loss = torch.tensor(np.mean([l.item() for l in losses]), requires_grad=True)
loss.backward()
```

## Use instead
```python
loss = torch.stack(losses).mean()
loss.backward()
```

## Not flagged
Numbers for logging; targets, rewards and weights that are constants on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward, Finished
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import lost, picture
from autograd_lint.rules.rule import Abstention, Claim, Context, Rule

rule = Rule("AGL401", "loss-rebuilt", Severity.WARNING, __doc__ or "")


_KINDS = ("item", "tensor", "numpy", "data", "detach")
_NUMBERS = ("item", "tensor")


@rule.on(Backward)
def check_root(event: Backward, context: Context) -> Iterator[Claim]:
    """A backward starts at a leaf that was made of a loss."""
    for root in event.roots:
        cuts = picture.in_order((cut for cut in root.provenance.cuts if cut.how in _KINDS), context)
        if root.grad_fn is not None or not cuts or root.asked is not None:
            continue
        if context.autograd.requires_grad(root) is not True:
            continue  # torch raises: AGL204
        behind = [context.autograd.leaves_of(cut.edges) for cut in cuts]
        is_guess = root.opaque or any(leaf.opaque for leaves in behind for leaf in leaves)
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(root.moment)} makes a new leaf of a loss: the backward in line "
                f"{naming.line(event.moment)} reaches no parameter"
            ),
            moment=root.moment,
            trace=(
                *(("the value leaves its graph here", cut.moment) for cut in cuts[:1]),
                ("a tensor without history is made of it here", root.moment),
                ("and goes backward here", event.moment),
            ),
            confidence=Confidence.LIKELY if is_guess else Confidence.CERTAIN,
            help="compute the loss with tensors all the way (`torch.stack(losses).mean()`)",
            graph=partial(picture.around, event, context, cuts=cuts[:1]),
        )


@rule.on(Finished)
def check_term(event: Finished, context: Context) -> Iterator[Claim | Abstention]:
    """A term of the loss was rebuilt from its number."""
    what = "turns into a plain number what is to be differentiated"
    yield from lost.claims(
        event, context, lambda cut: cut.how in _NUMBERS, what, "keep it a tensor"
    )
