"""A flag that freezes nothing, or lets nothing be trained.

## What it does
Finds `requires_grad` in spellings that torch does not know, and `module.requires_grad = ...`.

## Why is this bad?
Python takes any attribute. Nothing is frozen, and nothing is trained, without a word.

## Example
```python
model.backbone.requires_grad = False
weight.require_grad = True
```

## Use instead
```python
model.backbone.requires_grad_(False)
weight.requires_grad = True
```

## Not flagged
`requires_grad_()`; modules that define such an attribute.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL406", "requires-grad-misspelt", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """An attribute is set that means nothing to torch."""
    if event.what not in ("misspelt", "module flag"):
        return
    naming = context.naming
    flag = event.what == "module flag"
    why = "a module has no such flag" if flag else f"torch knows no `{event.name}`"
    yield Claim(
        message=f"{naming.code(event.moment)} has no effect: {why}",
        moment=event.moment,
        trace=(("the attribute is set here, and nothing reads it", event.moment),),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        help="use `requires_grad_(...)`" if flag else "write `requires_grad`",
    )
