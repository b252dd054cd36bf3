"""The logarithm of a softmax or a sigmoid.

## What it does
Finds `log(softmax(x))` and `log(sigmoid(x))`.

## Why is this bad?
The probability underflows to zero long before its logarithm does: the loss is infinite, and its gradient
NaN.

## Example
```python
loss = -torch.log(logits.softmax(-1)).mean()
```

## Use instead
```python
loss = -logits.log_softmax(-1).mean()
```

## Not flagged
`log_softmax`, `logsigmoid`; an epsilon inside of the logarithm.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL703", "log-of-softmax", Severity.WARNING, __doc__ or "", preview=True)


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A logarithm is taken of a probability."""
    if event.what != "log of softmax" or event.since is None:
        return
    yield remarks.found_by(
        event,
        context,
        "loses what `log_softmax` and `logsigmoid` keep",
        here="the logarithm is taken here",
        there="and used here",
        help_="use `log_softmax` or `logsigmoid`",
        confidence=Confidence.LIKELY,
    )
