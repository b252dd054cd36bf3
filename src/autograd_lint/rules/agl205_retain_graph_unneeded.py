"""`retain_graph=True` in a loop, for graphs that nothing goes through again.

## What it does
Finds backwards in a loop that keep their graph, where no later backward comes to any part of it.

## Why is this bad?
Everything that the graph saved stays in memory until the last reference to it is gone, often for another
round; and it hides the error that a stale graph would raise.

## Example
```python
for x, y in loader:
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward(retain_graph=True)
    optimizer.step()
```

## Use instead
```python
    loss.backward()
```

## Not flagged
A graph that a later backward goes through; `create_graph=True`, which keeps it anyway; graphs through
code that was not seen, or that are handed on.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Backward, Finished
from autograd_lint.finding import Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL205", "retain-graph-unneeded", Severity.INFO, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """Of a backward that ran in several rounds, no graph but the last could be walked again."""
    rounds: dict[object, list[Backward]] = {}
    for backward in event.log:
        if not isinstance(backward, Backward):
            continue
        if backward.moment.rounds and backward.call == "backward":
            rounds.setdefault(backward.moment.site, []).append(backward)
    for backwards in rounds.values():
        if len(backwards) < 2 or not all(map(_is_wasted, backwards)):
            continue
        first, naming = backwards[0], context.naming
        yield Claim(
            message=(
                f"{naming.code(first.moment)} keeps the graph of every round, and nothing goes "
                "through it again"
            ),
            moment=first.moment,
            trace=(
                ("a graph is kept here", first.moment),
                ("the next round goes through a graph of its own", backwards[1].moment),
            ),
            help="leave `retain_graph=True` away",
        )


def _is_wasted(event: Backward) -> bool:
    return (
        event.retain_graph
        and not event.create_graph
        and event.complete
        and event.failure is None
        and any(node.twice for node in event.nodes)
        and all(node.walked_by[-1] is event for node in event.nodes)
    )
