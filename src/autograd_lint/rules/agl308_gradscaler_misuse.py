"""A gradient scaler is bypassed, or used out of order.

## What it does
Finds a plain `optimizer.step()` on the gradients of a scaled loss, a second `scaler.step` without `update`
in between, and `unscale_` twice or after the step.

## Why is this bad?
The scaled gradients are tens of thousands of times too large for a plain step. In the other cases torch
raises.

## Example
```python
scaler.scale(loss).backward()
optimizer.step()
```

## Use instead
```python
scaler.scale(loss).backward()
scaler.step(optimizer)
scaler.update()
```

## Not flagged
A plain step after `scaler.unscale_(optimizer)`; a scaler that is switched off.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import OptimizerStep, ScalerMisuse
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL308", "gradscaler-misuse", Severity.WARNING, __doc__ or "")


_HELP = {
    "stepped twice": "call `scaler.update()` once at the end of each round",
    "unscaled twice": "call `scaler.unscale_` once for each step",
    "unscaled after its step": "call `scaler.unscale_` before `scaler.step`",
}


@rule.on(OptimizerStep)
def check_step(event: OptimizerStep, context: Context) -> Iterator[Claim]:
    """An optimizer steps by itself with gradients that are scaled."""
    if event.by_scaler or event.closure or event.optimizer.tainted_by is not None:
        return
    for leaf in event.filled:
        gradient = leaf.gradient
        if gradient is None or gradient.scaled is None or gradient.tainted_by is not None:
            continue
        naming = context.naming
        yield Claim(
            message=f"{naming.code(event.moment)} steps with gradients that are still scaled",
            moment=event.moment,
            trace=(
                ("the loss is scaled here", gradient.scaled),
                (
                    f"{naming.code(gradient.backwards[-1].moment)} computes scaled gradients here",
                    gradient.backwards[-1].moment,
                ),
                ("the optimizer steps with them here", event.moment),
            ),
            confidence=Confidence.LIKELY if leaf.opaque else Confidence.CERTAIN,
            help="use `scaler.step(optimizer)` and `scaler.update()`",
        )
        return


@rule.on(ScalerMisuse)
def check_order(event: ScalerMisuse, context: Context) -> Iterator[Claim]:
    """A scaler is asked for what it has done since its last update."""
    naming = context.naming
    yield Claim(
        message=(
            f"{naming.code(event.moment)}: this optimizer is {event.what} since the last `update`; "
            "torch raises here"
        ),
        moment=event.moment,
        trace=(
            ("it was done before here", event.since),
            (f"it is {event.what} here", event.moment),
        ),
        confidence=Confidence.CERTAIN if event.sure else Confidence.LIKELY,
        raises="RuntimeError",
        help=_HELP[event.what],
    )
