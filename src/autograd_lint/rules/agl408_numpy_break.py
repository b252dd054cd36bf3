"""A tensor goes through numpy, and its graph does not.

## What it does
Finds `.numpy()` on tensors that require grad (torch raises), and losses that are computed from parameters
through numpy, so that these get no gradient.

## Why is this bad?
numpy knows nothing of gradients. After `.detach()` it works, and everything in front of it stops learning.

## Example
```python
spectrum = np.abs(np.fft.rfft(x.detach().numpy()))
return self.head(torch.from_numpy(spectrum))
```

## Use instead
```python
spectrum = torch.fft.rfft(x).abs()
return self.head(spectrum)
```

## Not flagged
Arrays for plots and metrics; under `no_grad`; `numpy(force=True)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished, Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import lost, remarks
from autograd_lint.rules.rule import Abstention, Claim, Context, Rule

rule = Rule("AGL408", "numpy-break", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check_call(event: Remark, context: Context) -> Iterator[Claim]:
    """numpy is asked for the memory of what requires grad."""
    if event.what != "numpy":
        return
    naming = context.naming
    yield Claim(
        message=f"{naming.code(event.moment)} is of a tensor that requires grad; torch raises here",
        moment=event.moment,
        trace=(
            *remarks.made(event),
            ("and numpy is given it here", event.moment),
        ),
        confidence=_confidence(event, context),
        raises="RuntimeError",
        help="call `.detach()` first, if the gradient is not needed",
    )


def _confidence(event: Remark, context: Context) -> Confidence:
    """Return how sure it is: who wants values may well call a model's methods under `no_grad`."""
    if not event.sure or context.autograd.mode_of_users:
        return Confidence.POSSIBLE
    return Confidence.CERTAIN


@rule.on(Finished)
def check_loss(event: Finished, context: Context) -> Iterator[Claim | Abstention]:
    """A loss comes from its parameters by way of numpy alone."""
    what = "takes the values out of the graph"
    yield from lost.claims(
        event, context, lambda cut: cut.how == "numpy", what, "use torch's own functions"
    )
