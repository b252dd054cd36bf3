"""The scheduler steps before the optimizer does.

## What it does
Finds learning rate schedulers that step, in a training loop, before the first step of their optimizer.

## Why is this bad?
The first value of the schedule is skipped, and all others come one round early. torch warns about it.

## Example
```python
for epoch in range(epochs):
    scheduler.step()
    train(model, optimizer)
```

## Use instead
```python
for epoch in range(epochs):
    train(model, optimizer)
    scheduler.step()
```

## Not flagged
Loops that only plot or resume a schedule; `ReduceLROnPlateau`; an optimizer that steps in code that was not
seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Finished, OptimizerStep, SchedulerStep
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL307", "scheduler-before-step", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """A scheduler's first step comes before its optimizer's, in one loop."""
    early: dict[Optimizer, SchedulerStep] = {}
    done: set[Optimizer] = set()
    for entry in event.log:
        if isinstance(entry, SchedulerStep) and entry.optimizer not in done:
            early.setdefault(entry.optimizer, entry)
        elif isinstance(entry, OptimizerStep) and entry.optimizer not in done:
            done.add(entry.optimizer)
            schedule = early.get(entry.optimizer)
            if schedule is None or entry.optimizer.tainted_by is not None or not entry.filled:
                continue
            if schedule.moment.shares_loop(entry.moment):
                naming = context.naming
                yield Claim(
                    message=(
                        f"{naming.code(schedule.moment)} comes before the optimizer's first step: "
                        "the schedule's first value is skipped"
                    ),
                    moment=schedule.moment,
                    trace=(
                        ("the scheduler steps here", schedule.moment),
                        ("the optimizer's first step follows here", entry.moment),
                    ),
                    confidence=Confidence.CERTAIN,
                    help="step the scheduler after the optimizer",
                )
