"""A root or a power whose derivative is infinite at zero.

## What it does
Finds the square root of a sum of squares, and powers below one of what may be zero.

## Why is this bad?
At zero the derivative is infinite, and times zero it is NaN. One such element spoils every weight.

## Example
```python
distance = (a - b).pow(2).sum(-1).sqrt()
```

## Use instead
```python
distance = torch.linalg.vector_norm(a - b, dim=-1)
```

## Not flagged
`norm`, whose gradient is zero there; sums with an epsilon.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL702", "infinite-derivative", Severity.WARNING, __doc__ or "", preview=True)


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A root of squares, or a power below one, is taken."""
    if event.what != "infinite derivative" or event.since is None:
        return
    yield remarks.found_by(
        event,
        context,
        "has an infinite derivative at zero",
        here="the derivative may be infinite here",
        there="and used here",
        help_="use `norm`, or add an epsilon inside",
        confidence=Confidence.LIKELY,
    )
