"""What is said of a training loop that goes wrong: one function for each mistake."""

from __future__ import annotations

from autograd_lint.sanitizer.claim import Claim
from autograd_lint.sanitizer.gradients import Clear, Leaf, Step
from autograd_lint.sanitizer.history import Backward
from autograd_lint.sanitizer.sites import NOWHERE, Site, Sites, Stack


def accumulates(sites: Sites, first: Site, again: Site) -> Claim:
    return Claim(
        "AGL206",
        f"`{sites.text(again)}` goes backward through the same graph again: it does not raise, but adds "
        "the same gradients to `.grad` a second time",
        again,
        (
            (f"`{_text(sites, first)}` fills `.grad` here", first),
            ("the same graph adds its gradients again here", again),
        ),
        help="go backward once, or zero the gradients in between",
    )


def retained(sites: Sites, site: Site) -> Claim:
    return Claim(
        "AGL205",
        f"`{sites.text(site)}` keeps the graph of every round, and nothing goes through it again",
        site,
        (("a graph is kept here", site), ("the next round goes through a graph of its own", site)),
        help="leave `retain_graph=True` away",
    )


def created(sites: Sites, site: Site) -> Claim:
    return Claim(
        "AGL208",
        f"`{sites.text(site)}` makes parameters and their gradients keep each other alive",
        site,
        (("gradients are computed with a graph of their own here", site),),
        help="use `torch.autograd.grad(…, create_graph=True)`, or set `.grad` to None afterwards",
    )


def stale(sites: Sites, step: Step, leaf: Leaf) -> Claim:
    assert leaf.used is not None
    return Claim(
        "AGL301",
        f"`{sites.text(step.site)}` uses gradients again that it has stepped with before",
        step.site,
        (
            ("gradients are computed here", leaf.fills[0].site),
            ("and stepped with here", leaf.used.site),
            ("this backward adds to them, as nothing has zeroed them", leaf.fills[-1].site),
            ("and the step uses both here", step.site),
        ),
        help="call `optimizer.zero_grad()` before each backward",
    )


def zeroed_elsewhere(sites: Sites, step: Step, leaf: Leaf, zeroed: Site) -> Claim:
    assert leaf.used is not None
    return Claim(
        "AGL312",
        f"`{sites.text(zeroed)}` zeroes other gradients than those that the step in line "
        f"{sites.line(step.site)} uses",
        zeroed,
        (
            ("the gradients of this backward", leaf.fills[0].site),
            ("are stepped with here", leaf.used.site),
            ("this zeroes others", zeroed),
            ("so that this step uses them again", step.site),
        ),
        help="zero the gradients of what is trained",
    )


def discarded(sites: Sites, step: Step, clear: Clear) -> Claim:
    backward = clear.lost[-1]
    place = sites.seen_from(clear.stack, backward.stack, step.stack)
    return Claim(
        "AGL302",
        f"`{sites.text(place)}` discards the gradients that the step in line "
        f"{sites.line(step.site)} is to use",
        place,
        (
            ("gradients are computed here", backward.site),
            ("they are zeroed here", clear.stack[-1]),
            ("and the optimizer steps without them here", step.site),
        ),
        help="zero before the backward, or after the step",
    )


def vain(sites: Sites, step: Site) -> Claim:
    return Claim(
        "AGL303",
        f"`{sites.text(step)}` steps while its parameters have no new gradients",
        step,
        (("the optimizer steps without gradients here", step),),
        help="go backward first, through the parameters that the optimizer holds",
    )


def late(sites: Sites, step: Site) -> Claim:
    return Claim(
        "AGL303",
        f"`{sites.text(step)}` steps before the round's backward: the first round has no gradients, and "
        "those of the last are lost",
        step,
        (("the optimizer steps without gradients here", step),),
        help="go backward first, through the parameters that the optimizer holds",
    )


def never_stepped(sites: Sites, made: Site, backward: Site) -> Claim:
    return Claim(
        "AGL304",
        f"`{sites.text(backward)}` computes gradients in every round, and nothing steps with them",
        backward,
        (
            ("this optimizer holds the parameters", made),
            ("their gradients are computed here, round after round", backward),
        ),
        help="call `optimizer.step()` after the backward",
    )


def clipped(sites: Sites, clip: Stack, what: str, other: str, where: Stack) -> Claim:
    place = sites.seen_from(clip, where)
    return Claim(
        "AGL306",
        f"`{sites.text(place)}` {what}",
        place,
        ((f"this {what}", clip[-1]), (other, where[-1])),
        help="clip after the backward (and `unscale_`), before the step",
    )


def scheduled(sites: Sites, made: Site, site: Site) -> Claim:
    return Claim(
        "AGL307",
        f"`{sites.text(site)}` steps before the optimizer's first step: the schedule's first value is "
        "never used",
        site,
        (
            ("the optimizer is made here", made),
            ("the schedule goes on before it has stepped", site),
        ),
        help="step the scheduler after the optimizer",
    )


def scaled(sites: Sites, step: Step, backward: Backward) -> Claim:
    return Claim(
        "AGL308",
        f"`{sites.text(step.site)}` steps with gradients that are still scaled",
        step.site,
        (
            ("scaled gradients are computed here", backward.site),
            ("the optimizer steps with them here", step.site),
        ),
        help="use `scaler.step(optimizer)` and `scaler.update()`",
    )


def foreign(sites: Sites, step: Step, fill: Backward, other: Step, own: Backward) -> Claim:
    return Claim(
        "AGL309",
        f"`{sites.text(step.site)}` also follows the gradients that `{_text(sites, fill.site)}` left behind",
        step.site,
        (
            ("this backward fills these gradients, too", fill.site),
            ("another optimizer has stepped for it here", other.site),
            ("the optimizer's own backward adds to them here", own.site),
            ("and the step follows both here", step.site),
        ),
        help="zero the optimizer's gradients before its own backward",
    )


def closure(sites: Sites, earlier: Backward, backward: Backward) -> Claim:
    return Claim(
        "AGL311",
        f"`{sites.text(backward.site)}` adds to the gradients of the closure's earlier calls: the closure "
        "does not zero them",
        backward.site,
        (
            ("gradients were computed here before", earlier.site),
            ("and are added to here", backward.site),
        ),
        help="call `optimizer.zero_grad()` at the closure's beginning",
    )


def broken_accumulation(sites: Sites, site: Site, backward: Site) -> Claim:
    return Claim(
        "AGL313",
        f"`{sites.text(site)}` discards what the rounds before the step have computed: nothing accumulates",
        site,
        (
            ("gradients are computed here", backward),
            ("they are zeroed here, before any step", site),
        ),
        help="zero only after the step",
    )


def stuck_in_eval(sites: Sites, site: Site, before: Step, step: Step) -> Claim:
    return Claim(
        "AGL314",
        f"`{sites.text(site)}` leaves the model in evaluation mode: it is trained on without dropout, and "
        "without following the batch statistics",
        site,
        (
            ("the model is trained in training mode here", before.site),
            ("it is put into evaluation mode here", site),
            ("and trained on in it here", step.site),
        ),
        help="call `model.train()` at the beginning of each round",
    )


def _text(sites: Sites, site: Site) -> str:
    return sites.text(site) if site != NOWHERE else "a backward"
