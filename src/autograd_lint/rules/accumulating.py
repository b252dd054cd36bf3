"""What the rules about gradients that are not zeroed share: how it is found and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograd_lint.autograd.events import (
    Backward,
    ManualStep,
    OptimizerStep,
    ZeroGrad,
)
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.finding import Confidence
from autograd_lint.rules import history
from autograd_lint.rules.rule import Claim, Context


def zeroed_instead(event: OptimizerStep, context: Context) -> ZeroGrad | None:
    """Return the zeroing between the backwards that add up that clears something else's gradients.

    An optimizer that is zeroed for steps of its own is none.
    """
    gradients = [leaf.gradient for leaf in event.optimizer.params if leaf.gradient is not None]
    first = next((g.stale[0] for g in gradients if g.stale is not None), None)
    log = context.autograd.log
    if first is None or first not in log:
        return None
    since = log[log.index(first) :]
    stepped = {e.optimizer for e in since if isinstance(e, OptimizerStep)}
    own = history.stepped(since)
    found: ZeroGrad | None = None
    before: ZeroGrad | None = None
    for entry in since:
        if isinstance(entry, Backward):
            before = None
        if not isinstance(entry, ZeroGrad):
            continue
        if before is not None and before.optimizer is entry.optimizer is not None:
            found = entry  # one is zeroed twice in a row: the second time stands for another
        before = entry
        if entry.leaves and entry.optimizer not in stepped and own.isdisjoint(entry.leaves):
            found = entry
    return found


def claims(
    event: OptimizerStep | ManualStep,
    leaves: Sequence[Tensor],
    context: Context,
    zeroed: ZeroGrad | None = None,
) -> Iterator[Claim]:
    """Yield the claim that a step uses gradients which an earlier one has used."""
    if history.names_only(context.autograd.log, "zero_grad"):
        return
    for leaf in leaves:
        gradient = leaf.gradient
        if gradient is None or gradient.stale is None:
            continue
        first, step, second = gradient.stale
        naming = context.naming
        confidence = Confidence.CERTAIN
        if leaf.opaque or (isinstance(event, OptimizerStep) and _is_unsure(event)):
            confidence = Confidence.LIKELY
        if gradient.tainted_by is not None:
            confidence = Confidence.POSSIBLE
        instead = [] if zeroed is None else [("other gradients are zeroed here", zeroed.moment)]
        if zeroed is None:
            message = (
                f"{naming.code(event.moment)} steps with gradients that an earlier step has already "
                "used: nothing zeroes them in between"
            )
        else:
            message = (
                f"{naming.code(zeroed.moment)} zeroes others than the gradients that the step in line "
                f"{naming.line(event.moment)} uses again and again"
            )
        yield Claim(
            message=message,
            moment=event.moment if zeroed is None else zeroed.moment,
            trace=(
                (f"{naming.code(first.moment)} fills `.grad` here", first.moment),
                (f"{naming.code(step)} uses it here", step),
                *instead,
                (f"{naming.code(second.moment)} adds to it here", second.moment),
                ("this step uses the old gradients once more", event.moment),
            ),
            confidence=confidence,
            help="call `zero_grad()` once before each backward, or after each step",
        )
        return


def _is_unsure(event: OptimizerStep) -> bool:
    return not event.optimizer.complete or event.optimizer.tainted_by is not None
