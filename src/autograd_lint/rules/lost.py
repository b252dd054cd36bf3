"""What the rules about lost gradients share: which trained parameters got none, and where they lost it.

The question is asked of each path as a whole: of the parameters that a stepping optimizer holds, which has
no backward ever reached, although a loss was computed from them? A cut that something else bridges is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from autograd_lint.autograd.engine import Autograd
from autograd_lint.autograd.events import (
    Backward,
    Event,
    Finished,
    ModeChange,
    OptimizerStep,
    ParametersReplaced,
    ZeroGrad,
)
from autograd_lint.autograd.optimizer import Optimizer
from autograd_lint.autograd.provenance import Cut
from autograd_lint.autograd.tensor import Tensor
from autograd_lint.finding import Confidence
from autograd_lint.rules import picture
from autograd_lint.rules.rule import Abstention, Claim, Context


@dataclass(frozen=True, slots=True, eq=False)
class Loss:
    """Gradients that were lost."""

    cut: Cut
    leaf: Tensor
    """One of the parameters that got none."""
    backward: Backward
    step: OptimizerStep
    place: int
    """The parameter's place in the optimizer."""


def claims(
    event: Finished, context: Context, is_meant: Callable[[Cut], bool], what: str, help_: str
) -> Iterator[Claim | Abstention]:
    """Yield the claim that gradients are lost at each cut of the kinds meant; `what` says how."""
    by_cut = {loss.cut: loss for loss in losses(event, context.autograd) if is_meant(loss.cut)}
    for cut in picture.in_order(by_cut, context):
        yield _claim(by_cut[cut], context, what, help_)
    steps = {loss.step for loss in by_cut.values()}
    for hungry in starving(event, context.autograd):
        if hungry.step not in steps:  # by not being used at all
            yield Abstention(hungry.step.moment)


def _claim(loss: Loss, context: Context, what: str, help_: str) -> Claim:
    naming = context.naming
    return Claim(
        message=(
            f"{naming.code(loss.cut.moment)} {what}: parameters that "
            f"{naming.code(loss.step.moment)} is to train get no gradient"
        ),
        moment=loss.cut.moment,
        trace=(
            ("this parameter is to be trained", loss.leaf.moment),
            ("its gradient is cut off here", loss.cut.moment),
            ("this backward does not reach it", loss.backward.moment),
            ("and the step leaves it as it is", loss.step.moment),
        ),
        confidence=Confidence.CERTAIN if loss.backward.complete else Confidence.LIKELY,
        decided=loss.step.moment,
        unanimous=True,
        help=help_,
        graph=partial(picture.around, loss.backward, context, cuts=(loss.cut,)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Starving:
    """A step, and those of its parameters that no backward ever reaches."""

    step: OptimizerStep
    leaves: frozenset[Tensor]
    before: tuple[Backward, ...]
    """What has gone backward until then."""


@lru_cache(maxsize=1)
def losses(event: Finished, autograd: Autograd) -> tuple[Loss, ...]:
    """Return, for each cut of a path, the gradients that were lost by it."""
    found: dict[Cut, Loss] = {}
    for hungry in starving(event, autograd):
        for backward in hungry.before:
            if backward is not hungry.before[-1] and hungry.step not in backward.used_by:
                continue
            roots = [root for root in backward.roots if root.grad_fn is not None]
            cuts = {cut for root in roots for cut in root.provenance.cuts}
            params = hungry.step.optimizer.params
            for leaf, cut in _nearest(cuts, hungry.leaves, autograd):
                known = found.get(cut)
                if known is None or params.index(leaf) < known.place:
                    found[cut] = Loss(cut, leaf, backward, hungry.step, params.index(leaf))
    return tuple(found.values())


@lru_cache(maxsize=1)
def starving(event: Finished, autograd: Autograd) -> tuple[Starving, ...]:
    """Return the last step of each optimizer of a path that holds what no backward ever reaches."""
    backwards = [e for e in event.log if isinstance(e, Backward)]
    if any(node.opaque for b in backwards for node in b.nodes):
        return ()
    reached: set[object] = set()
    for backward in backwards:
        if backward.call == "backward" or not backward.create_graph:
            reached |= autograd.alive_behind(backward.roots)  # else it only is a step on the way
    replaced = {leaf for e in event.log if isinstance(e, ParametersReplaced) for leaf in e.old}
    found: list[Starving] = []
    steps = {e.optimizer: i for i, e in enumerate(event.log) if isinstance(e, OptimizerStep)}
    for optimizer, position in steps.items():
        step = event.log[position]
        assert isinstance(step, OptimizerStep)
        if optimizer.tainted_by is not None or not _follows_backward(
            event.log[:position], optimizer
        ):
            continue
        frozen = _put_into_eval(event.log[:position])
        leaves = frozenset(
            leaf
            for leaf in optimizer.params
            if leaf not in reached and leaf not in frozen and leaf not in replaced
            if _is_trained(leaf)
            if step.filled.get(leaf) != ()  # or else it was given one by hand
            if (leaf.moment.site, leaf.moment.calls) not in autograd.tied
        )
        if leaves:
            before = tuple(e for e in event.log[:position] if isinstance(e, Backward))
            found.append(Starving(step, leaves, before))
    return tuple(found)


def _follows_backward(log: tuple[Event, ...], optimizer: Optimizer) -> bool:
    """Whether something went backward since the optimizer was zeroed; else that is what is missing."""
    for event in reversed(log):
        if isinstance(event, Backward):
            return True
        if isinstance(event, ZeroGrad) and event.optimizer is optimizer:
            return False
    return False


PLAIN = ("detach", "data", "no_grad")
"""Cuts that leave values as they are."""


def _nearest(
    cuts: set[Cut], hungry: frozenset[Tensor], autograd: Autograd
) -> Iterator[tuple[Tensor, Cut]]:
    """Yield the cuts that parameters are lost by: what turns values into others before plain cuts."""
    lost = [(cut, autograd.leaves_of(cut.edges) & hungry) for cut in cuts]
    turned = {leaf for cut, leaves in lost if cut.how not in PLAIN for leaf in leaves}
    for cut, leaves in lost:
        for leaf in leaves:
            if cut.how not in PLAIN or leaf not in turned:
                yield leaf, cut


def _is_trained(leaf: Tensor) -> bool:
    """Whether a parameter is there to be trained, and by nothing but gradients."""
    if leaf.opaque or leaf.requires_grad_flag is not True:
        return False
    if leaf.gradient is not None and leaf.gradient.tainted_by is not None:
        return False
    return not any(
        (write.moment.rounds and not write.by_step and write.how not in _LIMITS)
        or write.how == "load_state_dict"
        for write in leaf.storage.writes
    )


_LIMITS = frozenset({"clamp_", "clamp_min_", "clamp_max_", "renorm_"})
"""Writes that keep a parameter within bounds, and train nothing."""


def _put_into_eval(log: Iterable[Event]) -> set[Tensor]:
    """Return the parameters of modules that are in evaluation mode on purpose: they are frozen."""
    frozen: set[Tensor] = set()
    for event in log:
        if isinstance(event, ModeChange):
            if event.training:
                frozen.difference_update(event.leaves)
            else:
                frozen.update(event.leaves)
    return frozen
