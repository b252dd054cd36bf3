"""One of several views is written in place.

## What it does
Finds writes to an output of `split`, `chunk`, `unbind`, or of iterating over a tensor, and to a view
that was made under `no_grad`, where autograd would have to record the write.

## Why is this bad?
An operator that returns several views has one node in the graph for all of them; a write to one
cannot be recorded without spoiling the others. torch raises:

    RuntimeError: Output 0 of SplitBackward0 is a view and is being modified inplace. This view is the
    output of a function that returns multiple views. Such functions do not allow the output views to
    be modified inplace.

## Example
```python
left, right = hidden.chunk(2, dim=1)
left += bias
```

## Use instead
```python
left, right = hidden.chunk(2, dim=1)
left = left + bias
```

## Not flagged
Single views: `x[i]`, slices, `narrow`, `select`, and the outputs of `tensor_split`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import InplaceWrite, Remark
from autograd_lint.autograd.tensor import ViewKind
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import writing
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL103", "multi-view-inplace", Severity.ERROR, __doc__ or "")


@rule.on(Remark)
def check_use(event: Remark, context: Context) -> Iterator[Claim]:
    """Such a view is used after its base, or another view of it, was written."""
    if event.what != "stale view" or event.since is None or event.tensor is None:
        return
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.since)} writes to memory that `{event.name}` has given views of; "
            f"torch raises where one is used in line {naming.line(event.moment)}"
        ),
        moment=event.since,
        trace=(
            ("the view is made here", event.tensor.moment),
            ("its memory is written here", event.since),
            ("and the view is used here; torch raises", event.moment),
        ),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        raises="RuntimeError",
        help="write before the views are made, or to a clone",
    )


@rule.on(InplaceWrite)
def check(event: InplaceWrite, context: Context) -> Iterator[Claim]:
    """A recorded write to a view of which autograd cannot record writes."""
    view = event.tensor.view
    if event.needs_grad is False or view is None or view.kind is ViewKind.SINGLE:
        return
    code = context.naming.code(event.moment)
    if view.kind is ViewKind.MULTI:
        made = f"`{view.op}` makes several views of one tensor here"
        message = f"{code} writes to one of the several views that `{view.op}` returns"
    else:
        made = "this view is made under `no_grad`"
        message = f"{code} writes to a view that was made under `no_grad`"
    yield Claim(
        message=f"{message}; torch raises here",
        moment=event.moment,
        trace=((made, event.tensor.moment), ("one of them is written here", event.moment)),
        confidence=writing.confidence_of(event),
        raises="RuntimeError",
        help="write out of place, or to a clone of the view",
    )
