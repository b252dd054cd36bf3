"""Modules or parameters in a plain list or dict, which `.parameters()` does not see.

## What it does
Finds lists and dicts of modules or parameters kept on a module, whose gradients are computed and which no
optimizer holds.

## Why is this bad?
A module only knows what is its attribute, or in a `ModuleList`, `ModuleDict` or `ParameterList`. What is
hidden is not trained, not moved to a device, and not saved.

## Example
```python
self.blocks = [Block(dim) for _ in range(depth)]
```

## Use instead
```python
self.blocks = nn.ModuleList([Block(dim) for _ in range(depth)])
```

## Not flagged
Lists of what is registered elsewhere, or given to an optimizer by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward, Finished, Rehearsed, Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import history
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL411", "parameters-hidden", Severity.WARNING, __doc__ or "")


@rule.on(Finished, Rehearsed)
def check(event: Finished | Rehearsed, context: Context) -> Iterator[Claim]:
    """Parameters in a container were used, and nobody else knows of them."""
    is_rehearsal = isinstance(event, Rehearsed)
    held = history.held(event.log)
    filled = {leaf for e in event.log if isinstance(e, Backward) for leaf in e.leaves}
    for remark in event.log:
        if not isinstance(remark, Remark) or remark.what != "hidden" or remark.leaves is None:
            continue
        hidden = [leaf for leaf in remark.leaves() if leaf not in held]
        if len(hidden) < 2 and not (hidden and filled.issuperset(hidden)):
            continue
        trained = not filled.isdisjoint(hidden)
        if (held or is_rehearsal) and not trained:
            continue
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(remark.moment)} hides parameters from `.parameters()`: no optimizer "
                "will train them"
            ),
            moment=remark.moment,
            trace=(
                ("a parameter is made here", hidden[0].moment),
                ("and kept where the module does not look here", remark.moment),
            ),
            confidence=(
                Confidence.CERTAIN if held and trained and not is_rehearsal else Confidence.LIKELY
            ),
            help="use `nn.ModuleList`, `nn.ModuleDict` or `nn.ParameterList`",
        )
