"""Gradients are clipped where it has no effect, or a wrong one.

## What it does
Finds clipping before the round's backward, after its step, and, with a gradient scaler, of gradients that
are still scaled.

## Why is this bad?
Before the backward there is nothing to clip, after the step it is too late. Scaled gradients are thousands
of times larger than the limit is meant for, so clipping them shrinks every step to almost nothing.

## Example
```python
optimizer.zero_grad()
torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
loss.backward()
optimizer.step()
```

## Use instead
```python
optimizer.zero_grad()
loss.backward()
torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
optimizer.step()
```
With a scaler, call `scaler.unscale_(optimizer)` before clipping.

## Not flagged
Clipping with an infinite limit, to measure the norm.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd_lint.autograd.events import Clip, Finished, Moment
from autograd_lint.finding import Confidence, Severity
from autograd_lint.rules import history
from autograd_lint.rules.rule import Claim, Context, Rule

rule = Rule("AGL306", "clip-misplaced", Severity.WARNING, __doc__ or "")


@rule.on(Finished)
def check(event: Finished, context: Context) -> Iterator[Claim]:
    """Clipping stands at the wrong place between zeroing, backward and step."""
    for position, clip in enumerate(event.log):
        if not isinstance(clip, Clip) or _is_unsure(clip):
            continue
        if clip.scaled is not None:
            what = "clips gradients that are still scaled"
            yield _claim(clip, what, "the loss was scaled here", clip.scaled, context)
        elif clip.used:
            last = next(iter(clip.filled.values()))[-1]
            if last.moment.same_round(clip.moment) and last.used_by:
                step = last.used_by[-1].moment
                yield _claim(clip, "clips after the step", "the step was here", step, context)
        elif not clip.filled:
            late = history.next_backward(event.log[position:], clip.moment, clip.leaves)
            if late is not None:
                what = "clips before there are gradients"
                yield _claim(clip, what, "they are computed here", late.moment, context)


def _is_unsure(clip: Clip) -> bool:
    return any(
        leaf.gradient is not None and leaf.gradient.tainted_by is not None for leaf in clip.leaves
    )


def _claim(clip: Clip, what: str, other: str, moment: Moment, context: Context) -> Claim:
    naming = context.naming
    place = clip.moment.seen_from(moment)
    unseen = any(leaf.opaque for leaf in clip.leaves)
    return Claim(
        message=f"{naming.code(place)} {what}",
        moment=place,
        trace=((f"this {what}", clip.moment), (other, moment)),
        confidence=Confidence.LIKELY if unseen else Confidence.CERTAIN,
        decided=clip.moment,
        help="clip after the backward (and `unscale_`), before the step",
    )
