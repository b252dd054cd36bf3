"""Gradients that another loss left behind go into this step.

## What it does
Finds steps whose gradients hold, besides those of their own loss, those of a loss that another optimizer
has already stepped with.

## Why is this bad?
A generator's backward also fills the discriminator's gradients. If these are not zeroed, the
discriminator's next step follows the generator's loss, too: it is trained to be fooled.

## Example
```python
g_loss = criterion(D(G(z)), real)
g_loss.backward()
opt_g.step()
d_loss.backward()
opt_d.step()
```

## Use instead
```python
opt_d.zero_grad()
d_loss.backward()
opt_d.step()
```

## Not flagged
Gradients that are zeroed first; several losses of one optimizer; a shared trunk that steps for all its
heads.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward, OptimizerStep
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import history
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL309", "foreign-gradients", Severity.WARNING, __doc__ or "")


@rule.on(OptimizerStep)
def check(event: OptimizerStep, context: Context) -> Iterator[Claim]:
    """An optimizer steps with what another optimizer's loss has left, and its own loss."""
    held = set(event.optimizer.params)
    others = history.stepped(context.autograd.log) - held
    if not event.optimizer.complete or event.optimizer.tainted_by is not None:
        return
    for leaf, backwards in event.filled.items():
        gradient = leaf.gradient
        if gradient is None or gradient.tainted_by is not None or gradient.stale is not None:
            continue  # what is never zeroed is AGL301's
        found = _foreign(backwards, event, others)
        if found is None:
            continue
        foreign, own = found
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(event.moment)} also follows the gradients that "
                f"{naming.code(foreign.moment)} left behind"
            ),
            moment=event.moment,
            trace=(
                ("this backward fills these gradients, too", foreign.moment),
                ("another optimizer has stepped for it here", foreign.used_by[0].moment),
                (f"{naming.code(own.moment)} adds to them here", own.moment),
                ("and the step follows both here", event.moment),
            ),
            confidence=Confidence.CERTAIN,
            help="zero the optimizer's gradients before its own backward",
        )
        return


def _foreign(
    backwards: tuple[Backward, ...], step: OptimizerStep, others: set[Tensor]
) -> tuple[Backward, Backward] | None:
    """Return a backward that was another optimizer's, and the optimizer's own one after it."""
    own = backwards[-1] if backwards else None
    if own is None or not others.isdisjoint(own.leaves):
        return None
    for backward in backwards[:-1]:
        users = {used.optimizer for used in backward.used_by}
        if users and step.optimizer not in users and not others.isdisjoint(backward.leaves):
            return backward, own
    return None
