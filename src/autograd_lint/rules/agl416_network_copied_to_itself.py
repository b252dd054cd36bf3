"""A "target" network that is the trained one itself.

## What it does
Finds `load_state_dict` from a module to itself, which was given a second name instead of being copied.

## Why is this bad?
Both names stand for one module: the target moves with every step, and the copying does nothing.

## Example
```python
self.target = self.online
...
self.target.load_state_dict(self.online.state_dict())
```

## Use instead
```python
self.target = copy.deepcopy(self.online)
```

## Not flagged
Copies; tied weights that are never copied.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Remark
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL416", "network-copied-to-itself", Severity.WARNING, __doc__ or "")


@rule.on(Remark)
def check(event: Remark, context: Context) -> Iterator[Claim]:
    """A module loads its own state."""
    if event.what != "copied to itself" or event.since is None:
        return
    naming = context.naming
    moment = event.since
    yield Claim(
        message=f"{naming.code(moment)} makes no copy: it is one network, and not two",
        moment=moment,
        trace=(
            ("a module is taken for two here", moment),
            ("it is copied to itself here", event.moment),
        ),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        help="use `copy.deepcopy`",
    )
