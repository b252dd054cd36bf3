from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from ganlab.trainer import GanTrainer


def critic_loss(disc: nn.Module, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    return torch.relu(1 - disc(real)).mean() + torch.relu(1 + disc(fake)).mean()


def critic_step(trainer: GanTrainer, real: torch.Tensor, z: torch.Tensor) -> float:
    with torch.no_grad():
        fake = trainer.gen(z)
    loss = critic_loss(trainer.disc, real, fake)
    loss.backward()
    trainer.opt_d.step()  # expect: AGL309
    trainer.opt_d.zero_grad()
    return loss.item()
