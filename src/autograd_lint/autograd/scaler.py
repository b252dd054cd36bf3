"""Gradient scalers: what a `torch.amp.GradScaler` has done for each optimizer since its last update.

See `torch/amp/grad_scaler.py`: each optimizer is ready, unscaled or stepped until `update` is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd_lint.autograd.journal import Tracked

if TYPE_CHECKING:
    from autograd_lint.autograd.events import Moment
    from autograd_lint.autograd.optimizer import Optimizer


class GradScaler(Tracked):
    """A gradient scaler, and what it has done since its last `update`."""

    __slots__ = ("enabled", "stepped", "unscaled")

    def __init__(self, epoch: int, *, enabled: bool | None) -> None:
        self.epoch = epoch
        self.enabled = enabled
        """Whether it does anything; `None` if that is not known."""
        self.unscaled: dict[Optimizer, Moment] = {}
        self.stepped: dict[Optimizer, Moment] = {}
