"""An evaluation collects results with their graphs.

## What it does
Finds loops that collect or sum up results with a graph which no backward ever goes through.

## Why is this bad?
Without `no_grad`, every result keeps all that its forward has saved. Evaluation runs out of memory where
training does not.

## Example
```python
for x in loader:
    outputs.append(model(x))
```

## Use instead
```python
with torch.no_grad():
    for x in loader:
        outputs.append(model(x))
```

## Not flagged
Results under `no_grad`, detached, or used in a loss later.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import keeping
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL602", "evaluation-keeps-graphs", Severity.INFO, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """A loop keeps graphs that nothing goes backward through."""
    for kept, walked in keeping.unwalked(event, context):
        if walked:
            continue
        naming = context.naming
        yield Claim(
            message=f"{naming.code(kept.moment)} keeps the graph of every result",
            moment=kept.moment,
            trace=(
                ("the result is computed with a graph here", kept.node.moment),
                (f"and {kept.how} here, round after round", kept.moment),
            ),
            confidence=(  # an unseen caller may well have switched gradients off
                Confidence.POSSIBLE if context.autograd.mode_assumed else Confidence.LIKELY
            ),
            help="evaluate under `torch.no_grad()`",
        )
