"""Losses are collected with their graphs.

## What it does
Finds tensors with a graph that are appended to a list, or summed up, from round to round, and that no
backward goes through afterwards.

## Why is this bad?
Each of them keeps its graph, and with it memory of its round, for as long as the list lives.

## Example
```python
history.append(loss)
total += loss
```

## Use instead
```python
history.append(loss.item())
total += loss.item()
```

## Not flagged
Sums and lists that go backward later; bounded queues.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import keeping
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL601", "loss-history", Severity.INFO, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """A loop that trains keeps what it has trained with."""
    for kept, walked in keeping.unwalked(event, context):
        if not walked:
            continue
        naming = context.naming
        yield Claim(
            message=f"{naming.code(kept.moment)} keeps the graph of every round",
            moment=kept.moment,
            trace=(
                ("the tensor is computed here", kept.node.moment),
                (f"it is {kept.how} with its graph here, round after round", kept.moment),
            ),
            confidence=Confidence.CERTAIN,
            help="keep `.item()` or `.detach()` of it",
        )
