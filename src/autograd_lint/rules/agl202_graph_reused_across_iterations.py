"""A round of a loop goes backward into the graph of an earlier round.

## What it does
Finds a backward that, from a loop's second round on, reaches operators which an earlier round's
backward has freed: a hidden state that is carried over without `detach`, features or noise computed
once before the loop, a running loss that keeps its graph.

## Why is this bad?
torch raises in the second round:

    RuntimeError: Trying to backward through the graph a second time

## Example
```python
for x, y in loader:
    out, hidden = rnn(x, hidden)
    loss = criterion(out, y)
    loss.backward()
```

## Use instead
```python
for x, y in loader:
    hidden = hidden.detach()
    out, hidden = rnn(x, hidden)
```

## Not flagged
State that is detached or made anew in each round; sums of `.item()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward, Rehearsed
from autograd_lint.finding import Severity
from autograd_lint.rules import failing, picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL202", "graph-reused-across-iterations", Severity.ERROR, __doc__ or "")


@rule.on(Backward)
def check(event: Backward, context: Context) -> Iterator[Claim]:
    """A backward comes to a node that an earlier round has freed."""
    found = failing.freed(event)
    if found is None:
        return
    failure, freed_by = found
    if not freed_by.moment.earlier_round_than(event.moment):
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.moment)} goes backward into the graph of an earlier round, which "
            "is freed by then"
        ),
        moment=event.moment,
        trace=(
            (f"{naming.op(failure.node)} saves what its backward needs here", failure.node.moment),
            (f"{naming.code(freed_by.moment)} frees the graph in one round", freed_by.moment),
            ("and goes backward through it again in a later round", event.moment),
        ),
        confidence=failing.confidence_of(event, failure, context),
        raises="RuntimeError",
        help="detach what is carried over from round to round, or compute it anew in each",
        graph=partial(picture.around, event, context, failure.node),
    )


@rule.on(Rehearsed)
def check_model(event: Rehearsed, context: Context) -> Iterator[Claim]:
    """A model that is called again comes to what a backward after its last call has freed."""
    found = failing.freed(event)
    if found is None:
        return
    failure, freed_by = found
    if freed_by.moment.site != event.moment.site:
        return
    naming, kept = context.naming, event.kept or failure.node.moment
    yield Claim(
        message=(
            f"{naming.code(kept)} keeps the graph of one call for the next, when the backward of the "
            "first has freed it"
        ),
        moment=kept,
        trace=(
            (f"{naming.op(failure.node)} saves what its backward needs here", failure.node.moment),
            ("it is kept from one call to the next here", kept),
            ("and what is returned then depends on it", event.moment),
        ),
        confidence=failing.confidence_of_model(event, failure, context),
        help="detach what is carried over from call to call",
    )
