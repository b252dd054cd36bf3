"""An optimizer steps before the round's backward, or after one that does not reach its parameters.

## What it does
Finds steps in a loop at which none of the optimizer's parameters has a gradient, while the loop goes
backward afterwards, or through other parameters only.

## Why is this bad?
A step without gradients changes nothing; with `zero_grad` before it the gradients of the round before are
lost as well.

## Example
```python
for x, y in loader:
    optimizer.zero_grad()
    optimizer.step()
    criterion(model(x), y).backward()
```

## Use instead
```python
for x, y in loader:
    optimizer.zero_grad()
    criterion(model(x), y).backward()
    optimizer.step()
```

## Not flagged
Steps with a closure; a backward in code that was not seen; steps without any loss, to plot a schedule.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import (
    Backward,
    Event,
    Finished,
    HandedOver,
    OptimizerStep,
    ZeroGrad,
)
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import history, lost
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL303", "step-without-gradients", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """A step found no gradients, though its loop goes backward."""
    if history.names_only(event.log, "backward"):
        return
    for position, step in enumerate(event.log):
        if not isinstance(step, OptimizerStep) or not _is_empty(step):
            continue
        held = set(step.optimizer.params)
        late = history.next_backward(event.log[position:], step.moment, held)
        if late is not None:
            yield _claim(step, late, "its gradients are only computed here", context)
            continue
        zeroed = _zeroed_in_vain(event.log, position, step, held, context)
        if zeroed is not None:
            yield _claim(step, zeroed, "they are zeroed here, and nothing goes backward", context)
            continue
        missed = _missing_backward(event.log, position, step, held)
        if missed is not None and _is_cut(missed, held, context):
            yield _claim(step, missed, "this backward does not reach its parameters", context)


def _is_empty(step: OptimizerStep) -> bool:
    optimizer = step.optimizer
    return (
        not step.filled
        and not step.closure
        and bool(optimizer.params)
        and optimizer.complete
        and optimizer.tainted_by is None
        and all(_is_clear(leaf) for leaf in optimizer.params)
    )


def _is_clear(leaf: Tensor) -> bool:
    """Whether nothing unseen may have filled a gradient, and nothing has dropped one."""
    gradient = leaf.gradient
    return not leaf.opaque and (gradient is None or gradient.tainted_by is None)


def _zeroed_in_vain(
    log: tuple[Event, ...], position: int, step: OptimizerStep, held: set[Tensor], context: Context
) -> ZeroGrad | None:
    """Return a zeroing before a step, if nothing in that round goes backward, nor ever to what it
    holds and was used."""
    autograd = context.autograd
    if held.isdisjoint(autograd.used):
        return None  # nothing is computed: it steps to plot a schedule
    for event in log:
        if isinstance(event, Backward) and (
            not event.complete
            or not held.isdisjoint(event.leaves)
            or event.moment.same_round(step.moment)
        ):
            return None
        if isinstance(event, HandedOver) and not held.isdisjoint(
            autograd.leaves_behind(event.tensors)
        ):
            return None
    zeroed = [e for e in log[:position] if isinstance(e, ZeroGrad) and held & set(e.leaves)]
    return next((e for e in reversed(zeroed) if e.moment.same_round(step.moment)), None)


def _missing_backward(
    log: tuple[Event, ...], position: int, step: OptimizerStep, held: set[Tensor]
) -> Backward | None:
    """Return a backward of the round that an optimizer was to use, if none ever reaches it."""
    found: Backward | None = None
    for index, event in enumerate(log):
        if not isinstance(event, Backward):
            continue
        if not event.complete or not held.isdisjoint(event.leaves):
            return None
        if index < position and event.moment.same_round(step.moment):
            found = event
    if found is None or _is_anothers(log, found):
        return None  # that is for AGL310 to say
    return found


def _is_cut(backward: Backward, held: set[Tensor], context: Context) -> bool:
    """Whether what an optimizer holds has a part in a loss, without its graph."""
    if any(root.grad_fn is None for root in backward.roots):
        return False  # the loss itself is the mistake: AGL401
    if any(leaf.copied_from in held for leaf in backward.leaves):
        return True  # it trains a deep copy
    cuts = {cut for root in backward.roots for cut in root.provenance.cuts}
    lost_by = {cut.how for cut in cuts if context.autograd.leaves_of(cut.edges) & held}
    return bool(lost_by) and lost_by <= set(lost.PLAIN)


def _is_anothers(log: tuple[Event, ...], backward: Backward) -> bool:
    """Whether a backward fills the gradients of a model that no optimizer holds."""
    held = history.stepped(log)
    return any(leaf.is_parameter and leaf not in held for leaf in backward.leaves)


def _claim(step: OptimizerStep, other: Backward | ZeroGrad, what: str, context: Context) -> Claim:
    naming = context.naming
    return Claim(
        message=f"{naming.code(step.moment)} steps while its parameters have no gradients",
        moment=step.moment,
        trace=(
            ("the optimizer steps without gradients here", step.moment),
            (what, other.moment),
        ),
        confidence=Confidence.CERTAIN,
        help="go backward first, through the parameters that the optimizer holds",
    )
