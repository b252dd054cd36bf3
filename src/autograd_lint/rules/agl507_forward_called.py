"""A module is called past its hooks, or a Function is called as if it were a module.

## What it does
Finds `module.forward(x)` of a module that has hooks, and calls of an instance of a
`torch.autograd.Function` (torch raises).

## Why is this bad?
`forward` is what a module computes; hooks run around it only when the module itself is called.

## Example
```python
features = self.backbone.forward(x)
```

## Use instead
```python
features = self.backbone(x)
```

## Not flagged
Modules without hooks; `super().forward(x)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL507", "forward-called", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A forward is called by its name, or a Function by its instance."""
    naming = context.naming
    if event.what == "forward called":
        yield Claim(
            message=f"{naming.code(event.moment)} skips the module's hooks",
            moment=event.moment,
            trace=(("the hooks do not run here", event.moment),),
            help="call the module itself",
        )
    elif event.what == "function called":
        yield Claim(
            message=f"{naming.code(event.moment)} calls a Function's instance; torch raises here",
            moment=event.moment,
            trace=(("only its class can be applied", event.moment),),
            raises="RuntimeError",
            help="use `.apply(...)` of the class",
        )
