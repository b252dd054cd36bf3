"""Gradients are to add up over several batches, and are zeroed after each.

## What it does
Finds loops that step every N-th round and zero in every round.

## Why is this bad?
Of N batches, only the last one counts: N - 1 backwards are thrown away.

## Example
```python
for i, (x, y) in enumerate(loader):
    optimizer.zero_grad()
    criterion(model(x), y).backward()
    if (i + 1) % 4 == 0:
        optimizer.step()
```

## Use instead
```python
for i, (x, y) in enumerate(loader):
    criterion(model(x), y).backward()
    if (i + 1) % 4 == 0:
        optimizer.step()
        optimizer.zero_grad()
```

## Not flagged
Updates every N rounds whose own backward is not in the other rounds (critics, delayed actors); a step that
is skipped for a reason other than the loop's counter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd_lint.autograd.events import Backward, Event, OptimizerStep
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL313", "accumulation-broken", Severity.WARNING, __doc__ or "")


@rule.on(OptimizerStep)
def check(event: OptimizerStep, context: Context) -> Iterator[Claim]:
    """A step uses a backward whose like in an earlier round was zeroed before any step."""
    if event.optimizer.tainted_by is not None:
        return
    running = {round_.loop for round_ in event.moment.rounds}
    for leaf, backwards in event.filled.items():
        gradient = leaf.gradient
        if gradient is None or gradient.dropped is None or not backwards:
            continue
        lost, zeroed = gradient.dropped
        used = backwards[-1].moment
        same = lost.moment.site == used.site and lost.moment.calls == used.calls
        if not same or not lost.moment.earlier_round_than(used) or gradient.tainted_by:
            continue
        loop = lost.moment.rounds[-1].loop
        if not all(any(r.loop == loop for r in moment.rounds) for moment in (used, zeroed)):
            continue  # what is left at the end of an epoch is another matter
        if loop in running and not event.moment.counted:
            continue  # it is skipped for a reason other than the loop's counter
        if _mostly_steps(event, loop, context):
            continue  # and skips a round now and then
        naming = context.naming
        yield Claim(
            message=(
                f"{naming.code(zeroed)} discards what the rounds before the step have computed: "
                "nothing accumulates"
            ),
            moment=zeroed,
            trace=(
                (f"{naming.code(lost.moment)} computes gradients here", lost.moment),
                ("they are zeroed here, before any step", zeroed),
                ("the step uses the last ones alone", event.moment),
            ),
            confidence=Confidence.LIKELY if leaf.opaque else Confidence.CERTAIN,
            unanimous=True,
            help="zero only after the step",
        )
        return


def _mostly_steps(event: OptimizerStep, loop: int, context: Context) -> bool:
    """Whether a loop steps in more of its rounds than it leaves out."""
    log = context.autograd.log
    backwards = [e for e in log if isinstance(e, Backward)]
    steps = [e for e in log if isinstance(e, OptimizerStep) and e.optimizer is event.optimizer]
    with_step = _rounds([*steps, event], loop)
    return len(with_step) > len(_rounds(backwards, loop) - with_step)


def _rounds(events: Sequence[Event], loop: int) -> set[int]:
    return {r.number for event in events for r in event.moment.rounds if r.loop == loop}
