from dataclasses import dataclass
from typing import Callable, Dict

import torch
from torch import nn


@dataclass(frozen=True)
class TrainCfg:
    criterion: str = "ce"
    reduction: str = "none"
    keep: float = 0.7
    lr: float = 5e-3
    steps: int = 12
    batch: int = 20


CRITERIA: Dict[str, Callable[..., nn.Module]] = {
    "ce": nn.CrossEntropyLoss,
    "bce": nn.BCEWithLogitsLoss,
    "mse": nn.MSELoss,
}


def make_criterion(cfg: TrainCfg) -> nn.Module:
    return CRITERIA[cfg.criterion](reduction=cfg.reduction)


class SelfPacedTrainer:
    """Co-teaching-like training: only samples with small losses count."""

    def __init__(self, model: nn.Module, cfg: TrainCfg):
        self.cfg = cfg
        self.model = model
        self.criterion = make_criterion(cfg)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)

    def select(self, losses: torch.Tensor) -> torch.Tensor:
        k = max(1, int(self.cfg.keep * losses.numel()))
        small, _ = torch.topk(losses, k, largest=False)
        return small

    def train_step(self, x: torch.Tensor, y: torch.Tensor) -> float:
        losses = self.criterion(self.model(x), y)
        loss = self.select(losses).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return losses.detach().mean().item()

    def fit(self) -> None:
        for i in range(self.cfg.steps):
            x = torch.randn(self.cfg.batch, 6)
            y = (x[:, 0] > 0).long()
            flip = torch.rand(len(y)) < 0.2
            y[flip] = 1 - y[flip]
            print(i, f"{self.train_step(x, y):.4f}")


torch.manual_seed(2)
SelfPacedTrainer(nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2)), TrainCfg()).fit()
