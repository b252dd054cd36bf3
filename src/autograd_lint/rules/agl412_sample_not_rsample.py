"""A loss needs the gradient of a sample, and `.sample()` has none.

## What it does
Finds samples through which alone trained parameters have a part in the loss.

## Why is this bad?
`sample()` draws without a graph. The parameters of the distribution get no gradient; `rsample()` passes it
on.

## Example
```python
z = Normal(mean, std).sample()
loss = reconstruction(decoder(z), x)
```

## Use instead
```python
z = Normal(mean, std).rsample()
```

## Not flagged
Score-function estimators, which differentiate `log_prob` of a sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward, Finished
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import lost, picture
from autograd_lint.rules.rule import Abstention, Claim, Context, Rule

rule = Rule("AGL412", "sample-not-rsample", Severity.WARNING, __doc__ or "")


@rule.on(Backward)
def check_term(event: Backward, context: Context) -> Iterator[Claim]:
    """A loss has a graph to the parameters of a distribution, but for its sample."""
    cuts = {cut for root in event.roots if root.grad_fn for cut in root.provenance.cuts}
    for cut in picture.in_order(cuts, context):
        if cut.how != "sample" or cut.bridged or event.failure is not None:
            continue
        naming = context.naming
        if context.autograd.leaves_of(cut.edges).isdisjoint(event.leaves):
            continue  # those that get nothing at all are told of at the end
        yield Claim(
            message=(
                f"{naming.code(cut.moment)} draws without a graph: the loss that is computed from "
                "the sample brings no gradient to the distribution"
            ),
            moment=cut.moment,
            trace=(
                ("the sample is drawn here", cut.moment),
                ("and what is computed from it goes backward here", event.moment),
            ),
            confidence=Confidence.LIKELY,
            help="use `rsample()`",
            graph=partial(picture.around, event, context, cuts=(cut,)),
        )


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim | Abstention]:
    """A loss comes from its parameters by way of a sample alone."""
    what = "draws without a graph"
    yield from lost.claims(event, context, lambda cut: cut.how == "sample", what, "use `rsample()`")
