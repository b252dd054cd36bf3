"""The life of gradients: which backward fills them, which step uses them, what is zeroed in between."""

from __future__ import annotations

import weakref
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from autograd_lint.sanitizer import mistakes
from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.gradients import (
    Clear,
    Gradients,
    Leaf,
    Optimizer,
    Step,
    are_finite,
    params,
)
from autograd_lint.sanitizer.history import Backward
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites, Stack

_REMEMBERED = 256
"""How many steps, zeroings and changes of mode are looked back at."""


@dataclass(frozen=True, slots=True)
class Before:
    """A gradient before a backward."""

    leaf: Leaf
    tensor: torch.Tensor
    identity: int
    version: int


@dataclass(frozen=True, slots=True)
class _Zeroing:
    """A call of `zero_grad`."""

    time: int
    site: Site
    leaves: frozenset[Leaf]
    is_twice: bool
    """Whether the very same was zeroed just before."""


@dataclass(frozen=True, slots=True)
class _Clip:
    """A clip that found no gradients."""

    stack: Stack
    leaves: frozenset[Leaf]


@dataclass(frozen=True, slots=True)
class _Evaluation:
    """A module that was put into evaluation mode after it had been trained."""

    module: weakref.ref[torch.nn.Module]
    site: Site
    before: Step


class Training:
    """What has become of the gradients of a run, and what was wrong with it."""

    def __init__(self, sites: Sites, gradients: Gradients) -> None:
        self._sites = sites
        self._gradients = gradients
        self._claims: dict[tuple[str, Site], Claim] = {}
        self._time = 0
        self._is_zeroing = False
        self._known: weakref.WeakKeyDictionary[torch.optim.Optimizer, Optimizer] = (
            weakref.WeakKeyDictionary()
        )
        self._optimizers: deque[Optimizer] = deque(maxlen=4096)
        self._steps: deque[Step] = deque(maxlen=_REMEMBERED)
        self._zeroings: deque[_Zeroing] = deque(maxlen=_REMEMBERED)
        self._evaluations: deque[_Evaluation] = deque(maxlen=_REMEMBERED)
        self._vain: dict[Site, Optimizer] = {}
        self._clips: deque[_Clip] = deque(maxlen=_REMEMBERED)
        self._sets: dict[frozenset[Leaf], frozenset[Leaf]] = {}
        self._filled: dict[int, frozenset[Leaf]] = {}
        self._early: dict[Site, Optimizer] = {}
        # Which backwards lost their gradients where, and how often a line's were used, and computed.
        self._lost: deque[tuple[Site, Backward]] = deque(maxlen=4096)
        self._used: Counter[Site] = Counter()
        self._filling: Counter[Site] = Counter()

    # Optimizers

    def made(self, optimizer: torch.optim.Optimizer, site: Site, clock: int) -> None:
        """An optimizer was made."""
        known = Optimizer(site, clock, set(map(self._gradients.leaf, params(optimizer))))
        self._known[optimizer] = known
        self._optimizers.append(known)

    def starving(self) -> Iterator[tuple[Optimizer, set[Leaf]]]:
        """The optimizers that have stepped, with the leaves that never got a gradient but zero."""
        for optimizer in self._optimizers:
            if optimizer.steps and not optimizer.is_elsewhere:
                yield optimizer, {leaf for leaf in optimizer.leaves if not leaf.is_moved}

    def unfilled(self) -> Iterator[Leaf]:
        """The leaves that an optimizer has stepped with, and that never got a gradient but zero."""
        for _, leaves in self.starving():
            yield from leaves

    def strays(self, optimizer: torch.optim.Optimizer) -> Iterator[tuple[torch.Tensor, Site, bool]]:
        """Leaves of the last step's backwards that get gradients in every round, and that nothing holds.

        With where they get them, and whether the optimizer holds others that get none.
        """
        known = self._known[optimizer]
        if known.steps != 2 or known.last is None:
            return
        reached = set[Leaf]().union(*(self._filled.get(i, ()) for i in known.last.used))
        for index in known.last.used:
            for leaf in self._filled.get(index, ()):
                tensor = leaf.ref()
                if tensor is not None and not self.is_held(leaf) and not leaf.is_written:
                    site = leaf.fills[-1].site if leaf.fills else NOWHERE
                    yield tensor, site, not known.leaves <= reached

    def filled(self, backward: Backward) -> frozenset[Leaf]:
        """The leaves that one of the latest backwards has filled."""
        return self._filled.get(backward.index, frozenset())

    def is_held(self, leaf: Leaf) -> bool:
        """Whether an optimizer holds a leaf."""
        return any(leaf in optimizer.leaves for optimizer in self._optimizers)

    def is_another_round(self, backward: Backward, later: Backward) -> bool:
        """Whether a round has begun between two backwards: a step, or the same is zeroed again.

        What zeroes its own gradients first, one optimizer after the other, shares a round. Where nothing is
        zeroed, that round's loss is computed in it.
        """
        if any(step.time > backward.time for step in self._steps):
            return True
        before = {zeroing.leaves for zeroing in self._zeroings if zeroing.time < backward.time}
        since = {zeroing.leaves for zeroing in self._zeroings if zeroing.time > backward.time}
        if since:
            return bool(since & before) or not before
        return any(number >= backward.clock for number, _ in later.roots)

    def _optimizer(self, optimizer: torch.optim.Optimizer) -> Optimizer:
        if optimizer not in self._known:
            self.made(optimizer, NOWHERE, 0)
        return self._known[optimizer]

    # Backward

    def before(self, backward: Backward, leaves: Iterable[torch.Tensor]) -> list[Before]:
        """Look at the gradients that a backward may change."""
        backward.time = self._tick()
        seen = []
        for tensor in leaves:
            leaf, gradient = self._gradients.look(tensor), tensor.grad
            version = -1 if gradient is None else gradient._version
            seen.append(Before(leaf, tensor, id(gradient), version))
        return seen

    def after(self, backward: Backward, seen: list[Before]) -> list[Leaf]:
        """Look at the gradients that a backward has changed, and give their leaves."""
        filled = []
        for before in seen:
            leaf, gradient = before.leaf, before.tensor.grad
            if gradient is None:
                continue
            if id(gradient) == before.identity and gradient._version == before.version:
                continue
            self._judge_closure(leaf, backward)
            leaf.fill(backward)
            leaf.is_moved = leaf.is_moved or bool(gradient.any())
            self._gradients.note(leaf, gradient)
            filled.append(leaf)
        if filled:
            self._filling[backward.site] += 1
            leaves = frozenset(filled)
            self._filled[backward.index] = self._sets.setdefault(leaves, leaves)
            self._filled.pop(backward.index - _REMEMBERED, None)
            self._judge_early_clips(backward, leaves)
        return filled

    def _judge_early_clips(self, backward: Backward, leaves: frozenset[Leaf]) -> None:
        """What was clipped before gets its gradients only now."""
        for clip in [clip for clip in self._clips if clip.leaves & leaves]:
            self._clips.remove(clip)
            what, other = "clips before there are gradients", "they are computed here"
            self._claim(mistakes.clipped(self._sites, clip.stack, what, other, backward.stack))

    def _judge_closure(self, leaf: Leaf, backward: Backward) -> None:
        """A closure goes backward into gradients that it has filled before."""
        for optimizer in self._optimizers:
            if optimizer.closing is None or not leaf.fills or leaf not in optimizer.leaves:
                continue
            if leaf.used is not None or leaf.fills[-1].time > optimizer.closing:
                claim = mistakes.closure(self._sites, leaf.fills[-1], backward)
                self._claims.setdefault((claim.code, claim.site), claim)

    # Zeroing

    def zeroing(
        self, tensors: Iterable[torch.Tensor], stack: Stack, zero: Callable[[], Any]
    ) -> Any:
        """Zero gradients by `zero`, and look at what that drops."""
        named = list(tensors)
        leaves = frozenset(self._gradients.look(tensor) for tensor in named)
        is_number = not any(leaf.fresh for leaf in leaves) or are_finite(named)
        last = self._zeroings[-1] if self._zeroings else None
        is_twice = last is not None and last.leaves == leaves and last.time == self._time
        self._is_zeroing = True
        try:
            result = zero()
        finally:
            self._is_zeroing = False
        self._zeroed(leaves, stack, is_number=is_number)
        self._zeroings.append(_Zeroing(self._time, stack[-1], leaves, is_twice))
        return result

    def zeroed(self, tensor: torch.Tensor, stack: Stack) -> None:
        """The gradient of a leaf was set to zero or to None."""
        leaf = self._gradients.known(tensor)
        if leaf is not None and not self._is_zeroing:
            self._zeroed([leaf], stack, is_number=True)

    def zeroed_gradient(self, gradient: torch.Tensor, stack: Stack) -> None:
        """A tensor was set to zero, which may be somebody's gradient."""
        if (tensor := self._gradients.owner(gradient)) is not None:
            self.zeroed(tensor, stack)

    def _zeroed(self, leaves: Iterable[Leaf], stack: Stack, *, is_number: bool) -> None:
        time = self._tick()
        lost: dict[int, Backward] = {}
        leaves = list(leaves)
        looked_at = {fill.index for leaf in leaves if leaf.is_looked_at for fill in leaf.fills}
        for leaf in leaves:
            if leaf.fills:
                fresh = leaf.fresh if is_number else []
                leaf.cleared = Clear(time, stack, tuple(fresh))
                if not self._is_closing(leaf):
                    # What the program has looked at itself was computed for that.
                    lost.update((f.index, f) for f in fresh if f.index not in looked_at)
                leaf.empty()
        self._lost.extend((stack[-1], backward) for backward in lost.values())

    def _is_closing(self, leaf: Leaf) -> bool:
        """Whether an optimizer is calling a closure, which may well throw gradients away."""
        closing = (o for o in self._optimizers if o.closing is not None)
        return any(leaf in optimizer.leaves for optimizer in closing)

    # Steps

    def stepping(self, optimizer: torch.optim.Optimizer, *, has_closure: bool) -> None:
        """A step begins."""
        self._optimizer(optimizer).closing = self._tick() if has_closure else None

    def stepped(
        self, optimizer: torch.optim.Optimizer, stack: Stack, clock: int, *, by_scaler: bool
    ) -> None:
        """A step has come to its end; with the number of the next node."""
        known = self._optimizer(optimizer)
        held = [(self._gradients.look(tensor), tensor) for tensor in params(optimizer)]
        known.leaves.update(leaf for leaf, _ in held)
        full = [leaf for leaf, tensor in held if tensor.grad is not None and leaf.fills]
        used = frozenset(fill.index for leaf in full for fill in leaf.fills)
        step = Step(self._tick(), stack, known, used)
        if known.closing is None:
            trains = any(tensor.requires_grad for _, tensor in held)
            if not any(leaf.is_by_hand for leaf, _ in held):
                self._judge(step, known, full, clock, by_scaler=by_scaler, trains=trains)
        fresh = {fill.index: fill for leaf in full for fill in leaf.fresh}
        for fill in fresh.values():
            fill.is_used = True
        self._used.update({fill.site for fill in fresh.values()})
        for leaf, tensor in held:
            leaf.is_stepped = True
            if leaf.is_by_hand:
                leaf.is_moved = True
            if tensor.grad is not None and leaf.fills:
                leaf.used = step
        known.steps, known.last, known.clock, known.closing = known.steps + 1, step, clock, None
        self._steps.append(step)

    def _judge(
        self,
        step: Step,
        optimizer: Optimizer,
        full: list[Leaf],
        clock: int,
        *,
        by_scaler: bool,
        trains: bool,
    ) -> None:
        fresh = [leaf for leaf in full if leaf.fresh]
        optimizer.is_fed = optimizer.is_fed or bool(fresh)
        if not fresh:
            if self._judge_discarded(step, optimizer) or by_scaler:
                return
            if clock == optimizer.clock or not trains:
                optimizer.empty = optimizer.empty or step.site
            else:
                self._vain.setdefault(step.site, optimizer)
            return
        scaled = [f for leaf in fresh for f in leaf.fills if f.scaled and leaf.unscaled < f.time]
        if scaled and not by_scaler and self._is_new("AGL308", step.site):
            self._claim(mistakes.scaled(self._sites, step, scaled[0]))
        stale = next((leaf for leaf in fresh if leaf.has_used(leaf.fills[0])), None)
        if stale is not None:
            self._claim_stale(step, stale, optimizer)
        elif self._is_new("AGL309", step.site):
            claims = (self._foreign(step, leaf) for leaf in fresh)
            if (claim := next(filter(None, claims), None)) is not None:
                self._claim(claim)
        for evaluation in self._evaluations:
            module = evaluation.module()
            if module is None or module.training or evaluation.before.optimizer is not optimizer:
                continue
            if self._is_new("AGL314", evaluation.site):
                self._claim(
                    mistakes.stuck_in_eval(self._sites, evaluation.site, evaluation.before, step)
                )

    def about_to_step(self, optimizer: torch.optim.Optimizer, stack: Stack) -> None:
        """A scaler is about to step, which raises where there are no gradients."""
        known = self._optimizer(optimizer)
        if not any(self._gradients.look(tensor).fills for tensor in params(optimizer)):
            self._judge_discarded(Step(self._time, stack, known, frozenset()), known)

    def _judge_discarded(self, step: Step, optimizer: Optimizer) -> bool:
        """What the step was to use was zeroed."""
        since = optimizer.last.time if optimizer.last else 0
        if step.site == optimizer.empty or step.site in self._vain:
            return False
        for clear in (leaf.cleared for leaf in optimizer.leaves):
            if clear is not None and clear.time > since and clear.lost:
                claim = mistakes.discarded(self._sites, step, clear)
                if clear.stack[-1] != NOWHERE:
                    self._claims.setdefault((claim.code, claim.site), claim)
                return True
        return False

    def _claim_stale(self, step: Step, leaf: Leaf, optimizer: Optimizer | None) -> None:
        elsewhere = self._zeroed_elsewhere(leaf, optimizer)
        if elsewhere != NOWHERE:
            if self._is_new("AGL312", elsewhere):
                self._claim(mistakes.zeroed_elsewhere(self._sites, step, leaf, elsewhere))
        elif self._is_new("AGL301", step.site):
            self._claim(mistakes.stale(self._sites, step, leaf))

    def _zeroed_elsewhere(self, leaf: Leaf, optimizer: Optimizer | None) -> Site:
        """A zeroing since the leaf's last step of what nothing trains, or of what had no gradients."""
        assert leaf.used is not None
        for zeroing in self._zeroings:
            if zeroing.time < leaf.used.time or optimizer is None:
                continue
            if zeroing.leaves & optimizer.leaves or not zeroing.leaves:
                continue
            late = [step.optimizer for step in self._steps if step.time > leaf.used.time]
            if zeroing.is_twice or not any(
                o is not None and o.leaves & zeroing.leaves for o in late
            ):
                return zeroing.site
        return NOWHERE

    def _foreign(self, step: Step, leaf: Leaf) -> Claim | None:
        """The step follows what the backward of another optimizer has left behind."""
        own = leaf.fills[-1]
        mine = step.optimizer.leaves if step.optimizer else set()
        reached = self._filled.get(own.index, frozenset()) - mine
        if any(other.is_stepped for other in reached):
            return None  # that loss is not the optimizer's own alone
        for fill in leaf.fills[:-1]:
            for other in self._steps:
                is_between = fill.time < other.time < own.time
                if (
                    is_between
                    and other.optimizer is not step.optimizer
                    and fill.index in other.used
                ):
                    return mistakes.foreign(self._sites, step, fill, other, own)
        return None

    # Scaling, clipping, schedules, modes

    def unscaled(self, optimizer: torch.optim.Optimizer) -> None:
        """A scaler has unscaled the gradients of an optimizer."""
        time = self._tick()
        for tensor in params(optimizer):
            leaf = self._gradients.leaf(tensor)
            leaf.unscaled = time
            if tensor.grad is not None:
                self._gradients.note(leaf, tensor.grad)

    def clipped(self, tensors: Iterable[torch.Tensor], stack: Stack, *, is_scaled: bool) -> None:
        """Gradients are about to be clipped; whether to a limit that is scaled as they may be."""
        leaves = [self._gradients.look(tensor) for tensor in tensors]
        full = [leaf for leaf in leaves if leaf.fills]
        scaled = [f for leaf in full for f in leaf.fills if f.scaled and leaf.unscaled < f.time]
        if scaled and not is_scaled:
            what, other = "clips gradients that are still scaled", "they are computed here"
            self._claim(mistakes.clipped(self._sites, stack, what, other, scaled[0].stack))
        elif full and full[0].used is not None and not any(leaf.fresh for leaf in full):
            what, other = "clips after the step", "the step was here"
            self._claim(mistakes.clipped(self._sites, stack, what, other, full[0].used.stack))
        elif leaves and not full and not any(leaf.is_by_hand for leaf in leaves):
            self._clips.append(_Clip(stack, frozenset(leaves)))

    def scheduled(self, optimizer: torch.optim.Optimizer, site: Site) -> None:
        """A scheduler steps."""
        known = self._optimizer(optimizer)
        if not known.steps:
            self._early.setdefault(site, known)
        elif self._early.get(site) is known and self._is_new("AGL307", site):
            self._claim(mistakes.scheduled(self._sites, known.made, site))

    def evaluated(self, module: torch.nn.Module, site: Site) -> None:
        """A module that was in training mode is put into evaluation mode."""
        leaves = set(map(self._gradients.leaf, module.parameters()))
        for optimizer in self._optimizers:
            if optimizer.last is not None and optimizer.leaves and optimizer.leaves <= leaves:
                self._evaluations.append(_Evaluation(weakref.ref(module), site, optimizer.last))

    # What the program does itself

    def read(self, tensor: torch.Tensor) -> None:
        """The program looks at a gradient."""
        leaf = self._gradients.known(tensor)
        if leaf is not None and leaf.fills and leaf.read is not leaf.fills[-1]:
            leaf.read = leaf.fills[-1]
            leaf.reads += 1

    def written(self, tensor: torch.Tensor, stack: Stack) -> None:
        """The program writes to a tensor; after it has read its gradient, that is a step by hand."""
        leaf = self._gradients.known(tensor)
        if leaf is None:
            return
        leaf.is_written = True
        if tensor.grad is None or self.is_held(leaf):
            return
        self._gradients.look(tensor)
        if not leaf.fresh or leaf.read is not leaf.fills[-1]:
            return
        step = Step(self._tick(), stack, None, frozenset(fill.index for fill in leaf.fills))
        if leaf.has_used(leaf.fills[0]):
            self._claim_stale(step, leaf, None)
        leaf.used = step

    def stepped_elsewhere(self, optimizer: torch.optim.Optimizer) -> None:
        """An optimizer steps in a thread that is not watched, or in a hook of a backward."""
        self._optimizer(optimizer).is_elsewhere = True

    # The end

    def claims(self, *, is_rebuilt: bool, explained: set[Leaf]) -> Iterator[Claim]:
        """All that was wrong, with what only the whole run can say.

        Steps without gradients are told of unless a rebuilt loss explains them, or cuts before all their
        leaves do.
        """
        yield from self._claims.values()
        for site, optimizer in self._vain.items():
            is_known = is_rebuilt or optimizer.leaves <= explained
            if not (optimizer.is_fed or optimizer.is_elsewhere or is_known):
                yield mistakes.vain(self._sites, site)
        for optimizer in self._optimizers:
            if optimizer.empty and optimizer.steps > 1 and _is_late(optimizer):
                yield mistakes.late(self._sites, optimizer.empty)
        lost = Counter((site, b.site) for site, b in self._lost if not b.is_used)
        for (site, backward), count in lost.items():
            if site != NOWHERE and 1 < count >= self._used[backward] > 0:
                yield mistakes.broken_accumulation(self._sites, site, backward)
        yield from self._never_stepped()

    def _never_stepped(self) -> Iterator[Claim]:
        for optimizer in self._optimizers:
            filled = [leaf for leaf in optimizer.leaves if leaf.is_filled]
            if optimizer.steps or optimizer.is_elsewhere or not filled:
                continue
            if any(leaf.is_stepped or leaf.is_written or leaf.reads > 1 for leaf in filled):
                continue
            fills = [f for leaf in filled for f in (*leaf.fills, *_lost(leaf))]
            often = [f.site for f in fills if self._filling[f.site] > 1 and f.site != NOWHERE]
            if often:
                yield mistakes.never_stepped(self._sites, optimizer.made, often[0])

    def _tick(self) -> int:
        self._time += 1
        return self._time

    def _is_new(self, code: str, site: Site) -> bool:
        """Whether that was not said yet of that place."""
        return (code, site) not in self._claims

    def _claim(self, claim: Claim) -> None:
        self._claims[claim.code, claim.site] = claim


def _lost(leaf: Leaf) -> tuple[Backward, ...]:
    return leaf.cleared.lost if leaf.cleared is not None else ()


def _is_late(optimizer: Optimizer) -> bool:
    """Whether gradients were computed last that no step has used, or zeroed before one could."""
    since = optimizer.last.time if optimizer.last else 0
    return any(
        leaf.fresh or (leaf.cleared is not None and leaf.cleared.lost and leaf.cleared.time > since)
        for leaf in optimizer.leaves
    )
