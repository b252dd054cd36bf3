"""What the rules about single remarks share: how what torch refuses is told, and what is found later."""

from __future__ import annotations

from autograd_lint.autograd.events import Moment, Remark
from autograd_lint.finding import Confidence
from autograd_lint.rules.rule import Claim, Context


def refused(event: Remark, context: Context, clause: str, help_: str) -> Claim:
    """Return the claim that torch refuses what is done to a tensor; `clause` says what that is."""
    return Claim(
        message=f"{context.naming.code(event.moment)} {clause}; torch raises here",
        moment=event.moment,
        trace=(*made(event), ("and torch refuses this here", event.moment)),
        confidence=Confidence.CERTAIN if event.sure else Confidence.POSSIBLE,
        raises="RuntimeError",
        help=help_,
    )


def made(event: Remark) -> tuple[tuple[str, Moment], ...]:
    """Return where the tensor was made that a remark is about, if that is known."""
    return () if event.since is None else (("the tensor is made here", event.since),)


def found_by(
    event: Remark,
    context: Context,
    clause: str,
    here: str,
    there: str,
    help_: str,
    confidence: Confidence,
) -> Claim:
    """Return the claim about an earlier moment that a remark has brought to light.

    `here` says what is at that moment, `there` what is where the remark was made.
    """
    moment = event.since or event.moment
    return Claim(
        message=f"{context.naming.code(moment)} {clause}",
        moment=moment,
        trace=((here, moment), (there, event.moment)),
        confidence=confidence,
        help=help_,
    )
