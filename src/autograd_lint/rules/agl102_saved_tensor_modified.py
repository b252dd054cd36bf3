"""A tensor that was saved for backward is written in place.

## What it does
Finds writes to a tensor that an operator has saved, before the backward that needs it. What an
operator saves is decided operator by operator: `exp`, `relu`, `sigmoid`, `tanh`, `softmax` save
their result; `mul` and `div` save the other operand; `sin`, `add`, convolutions and linear layers do
not save their result. A saved tensor need not require grad itself: a mask, a divisor or labels count
as well, and so does every view of the same memory.

## Why is this bad?
The gradient would be computed from the wrong value. torch notices by the version counter that every
in-place write bumps, and raises when the backward comes to that operator:

    RuntimeError: one of the variables needed for gradient computation has been modified by an inplace
    operation

## Example
```python
hidden = torch.relu(self.fc(x))
hidden += x
```

## Use instead
```python
hidden = torch.relu(self.fc(x))
hidden = hidden + x
```

## Not flagged
Writes to what nothing saved, writes after the backward, and writes to what no backward goes through.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from autograd_lint.autograd.events import Backward, Returned
from autograd_lint.finding import Severity
from autograd_lint.rules import failing, picture
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL102", "saved-tensor-modified", Severity.ERROR, __doc__ or "")


@rule.on(Backward, Returned)
def check(event: Backward | Returned, context: Context) -> Iterator[Claim]:
    """A backward comes to a saved tensor whose memory has been written since."""
    failure = event.failure
    if failure is None or failure.saved is None:
        return
    write = failing.spoiling_write(failure)
    if write.by_step:
        return
    naming = context.naming
    saves = naming.saved(failure.node, failure.saved)
    yield Claim(
        message=(
            f"{naming.code(write.moment)} writes in place to what {naming.op(failure.node)} saved "
            f"for backward in line {naming.line(failure.node.moment)}"
        ),
        moment=write.moment,
        trace=(
            (f"{saves} for backward here", failure.node.moment),
            ("it is written in place here", write.moment),
            failing.needing(event, context),
        ),
        confidence=failing.confidence_of(event, failure, context),
        raises="RuntimeError",
        help="write out of place (`x = x + y` for `x += y`), or to a clone",
        graph=partial(picture.around, event, context, failure.node),
    )
