from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from ganlab.trainer import GanTrainer


def generator_step(trainer: GanTrainer, z: torch.Tensor) -> float:
    loss = -trainer.disc(trainer.gen(z)).mean()
    trainer.opt_g.zero_grad()
    loss.backward()
    trainer.opt_g.step()
    return loss.item()
