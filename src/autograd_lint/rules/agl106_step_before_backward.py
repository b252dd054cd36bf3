"""An optimizer steps over weights that a later backward needs.

## What it does
Finds a step that updates parameters between the forward that saved them and the backward that needs
them: the classic order of GAN and actor-critic updates.

## Why is this bad?
The gradient would be computed with weights other than those of the forward. torch raises:

    RuntimeError: one of the variables needed for gradient computation has been modified by an inplace
    operation

## Example
```python
fake = generator(noise)
loss_g = criterion(discriminator(fake), ones)
loss_d.backward()
optimizer_d.step()
loss_g.backward()
```

## Use instead
Go backward before the step, or forward again after it:
```python
loss_d.backward()
optimizer_d.step()
loss_g = criterion(discriminator(fake), ones)
loss_g.backward()
```

## Not flagged
Parameters that nothing saved, such as those of a first linear layer on plain input; parameters that
had no gradient when the optimizer stepped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward
from autograd_lint.finding import Severity
from autograd_lint.rules import failing, picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL106", "step-before-backward", Severity.ERROR, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A backward comes to a parameter that a step has updated since it was saved."""
    failure = event.failure
    if failure is None or failure.saved is None:
        return
    write = failing.spoiling_write(failure)
    if not write.by_step:
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(write.moment)} updates weights that the backward in line "
            f"{naming.line(event.moment)} still needs"
        ),
        moment=write.moment,
        trace=(
            (f"{naming.saved(failure.node, failure.saved)} for backward here", failure.node.moment),
            ("the optimizer updates it here", write.moment),
            failing.needing(event, context),
        ),
        confidence=failing.confidence_of(event, failure, context),
        raises="RuntimeError",
        help="go backward before the step, or run the forward again after it",
        graph=partial(picture.around, event, context, failure.node),
    )
