"""The graph is cut inside of what is trained.

## What it does
Finds `detach()`, `.data` and `no_grad` in front of parameters that an optimizer is to train, where nothing
else brings them a gradient.

## Why is this bad?
The forward is right, the loss goes down by what is left, and everything behind the cut stays as it was
initialized.

## Example
```python
def forward(self, x):
    features = self.encoder(x).detach()
    return self.head(features)
```

## Use instead
```python
def forward(self, x):
    return self.head(self.encoder(x))
```

## Not flagged
Frozen parts (`requires_grad_(False)`, in evaluation mode, or in no optimizer), target networks, moving
averages, straight-through estimators: whatever has another way, or is not to be trained.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished
from autograd_lint.finding import Severity
from autograd_lint.rules import lost
from autograd_lint.rules.rule import Abstention, Claim, Context, Rule

rule = Rule("AGL413", "graph-cut-in-forward", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim | Abstention]:
    """What is trained was cut off on purpose or by mistake."""
    what = "cuts the graph"
    help_ = "remove the cut, or keep the parameters behind it out of the optimizer"
    yield from lost.claims(event, context, lambda cut: cut.how in lost.PLAIN, what, help_)
