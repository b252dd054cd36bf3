"""A computed value is wrapped in a new Parameter.

## What it does
Finds `nn.Parameter(...)` around what was computed from parameters, where these then get no gradient.

## Why is this bad?
A Parameter is a leaf: what is behind it is cut off, and the new one is forgotten after the forward.

## Example
```python
def forward(self, x):
    weight = nn.Parameter(self.gain * self.direction)
    return F.linear(x, weight)
```

## Use instead
```python
def forward(self, x):
    return F.linear(x, self.gain * self.direction)
```

## Not flagged
Parameters made in `__init__`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished
from autograd_lint.finding import Severity
from autograd_lint.rules import lost
from autograd_lint.rules.rule import Abstention, Claim, Context, Rule

rule = Rule("AGL410", "parameter-rewrapped", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim | Abstention]:
    """What is trained was wrapped into a leaf of its own."""
    what = "makes a new leaf of it"
    yield from lost.claims(
        event, context, lambda cut: cut.how == "Parameter", what, "use the computed tensor itself"
    )
