"""A root, a power or an angle whose derivative is infinite at a value that is reached.

## What it does
Finds the square root of a sum of squares, powers below one of what may be zero, and `acos`, `asin` and the
like of cosines, which may be one.

## Why is this bad?
There the derivative is infinite, and times zero it is NaN. One such element spoils every weight.

## Example
```python
distance = (a - b).pow(2).sum(-1).sqrt()
```

## Use instead
```python
distance = torch.linalg.vector_norm(a - b, dim=-1)
```

## Not flagged
`norm`, whose gradient is zero there; sums with an epsilon; what is clamped.
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
    """A root of squares, a power below one, or the angle of a cosine is taken."""
    if event.what != "infinite derivative" or event.since is None:
        return
    yield remarks.found_by(
        event,
        context,
        f"has an infinite derivative at {event.name or 'zero'}",
        here="the derivative may be infinite here",
        there="and used here",
        help_="clamp it to less than one" if event.name else "use `norm`, or add an epsilon inside",
        confidence=Confidence.LIKELY,
    )
