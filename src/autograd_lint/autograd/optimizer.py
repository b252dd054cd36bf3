"""Optimizers: the parameters they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lint.autograd.journal import Tracked

if TYPE_CHECKING:
    from autograd_lint.autograd.events import Moment
    from autograd_lint.autograd.tensor import Tensor


class Optimizer(Tracked):
    """An optimizer and its parameters.

    One whose construction was not seen holds a single opaque leaf, which stands for all that it
    may hold; `complete` is then false.
    """

    __slots__ = (
        "complete", "kind", "moment", "once", "params", "steps", "tainted_by", "versioned",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        params: list[Tensor],
        moment: Moment,
        epoch: int,
        *,
        complete: bool = True,
        versioned: bool = True,
    ) -> None:
        self.epoch = epoch
        self.kind = kind
        self.params = params
        self.moment = moment
        self.complete = complete
        self.versioned = versioned
        """Whether its step bumps versions; a fused one writes unseen by autograd."""
        self.once = False
        """Whether it calls its closure only once a step."""
        self.steps: list[Moment] = []
        self.tainted_by: Moment | None = None
        """A call of unseen code that may have zeroed or stepped it."""
