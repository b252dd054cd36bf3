"""A graph goes backward a second time after it was freed.

## What it does
Finds a second backward, or `torch.autograd.grad`, through operators that had saved tensors and were
freed by the first: the same loss twice, or two losses that share a part of the graph.

## Why is this bad?
A backward frees what the graph has saved, unless it is told to retain it. torch raises:

    RuntimeError: Trying to backward through the graph a second time

## Example
```python
features = encoder(x)
loss_a = head_a(features).mean()
loss_b = head_b(features).mean()
loss_a.backward()
loss_b.backward()
```

## Use instead
```python
(loss_a + loss_b).backward()
```

## Not flagged
A first backward with `retain_graph=True` or `create_graph=True`; separate forwards; a shared part
that saved nothing, such as sums and views.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward, Rehearsed
from autograd_lint.finding import Severity
from autograd_lint.rules import failing, picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL201", "backward-twice", Severity.ERROR, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A backward comes to a node that an earlier one has freed."""
    found = failing.freed(event)
    if found is None:
        return
    failure, freed_by = found
    if freed_by.moment.earlier_round_than(event.moment):
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.moment)} goes backward through a graph that the backward in line "
            f"{naming.line(freed_by.moment)} has freed"
        ),
        moment=event.moment,
        trace=(
            (f"{naming.op(failure.node)} saves what its backward needs here", failure.node.moment),
            (f"{naming.code(freed_by.moment)} frees the graph here", freed_by.moment),
            failing.needing(event, context),
        ),
        confidence=failing.confidence_of(event, failure, context),
        raises="RuntimeError",
        help="add the losses and go backward once, or pass `retain_graph=True` the first time",
        graph=partial(picture.around, event, context, failure.node),
    )


@rule.on(Rehearsed)
def check_model(event: Rehearsed, context: Context) -> Iterator[Claim]:
    """A model goes backward itself, through what its caller needs as well."""
    found = failing.freed(event)
    if found is None:
        return
    failure, freed_by = found
    if freed_by.moment.site == event.moment.site:
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(freed_by.moment)} frees a graph through which the caller of the model is "
            "to go backward as well"
        ),
        moment=freed_by.moment,
        trace=(
            (f"{naming.op(failure.node)} saves what its backward needs here", failure.node.moment),
            (f"{naming.code(freed_by.moment)} frees the graph here", freed_by.moment),
            ("and what is returned from here depends on it", event.moment),
        ),
        confidence=failing.confidence_of_model(event, failure, context),
        help="detach what the model goes backward through itself, or pass `retain_graph=True`",
    )
