"""`torch.where` hides a bad value, but not its gradient.

## What it does
Finds roots, logarithms and divisions whose bad results `torch.where` masks away, while their operand is not
guarded itself.

## Why is this bad?
The gradient of what is masked away is zero times infinity: NaN, for all of the operand.

## Example
```python
y = torch.where(x > 0, x.sqrt(), 0.0)
```

## Use instead
```python
safe = torch.where(x > 0, x, 1.0)
y = torch.where(x > 0, safe.sqrt(), 0.0)
```

## Not flagged
Operands that are clamped or chosen by a `where` of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import remarks
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL701", "where-guards-value-only", Severity.WARNING, __doc__ or "", preview=True)


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A dangerous operator is an operand of where."""
    if event.what != "guarded value" or event.since is None:
        return
    yield remarks.found_by(
        event,
        context,
        "has an infinite derivative where `torch.where` only hides its value",
        here="the value is computed here, with its gradient",
        there="and used here",
        help_="guard the operand, too",
        confidence=Confidence.LIKELY,
    )
