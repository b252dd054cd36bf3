from dataclasses import dataclass, field
from typing import List

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Meter:
    values: List[float] = field(default_factory=list)

    def update(self, v: float) -> None:
        self.values.append(v)

    @property
    def avg(self) -> float:
        return sum(self.values) / max(1, len(self.values))


class Tagger(nn.Module):
    def __init__(self, d: int = 12, k: int = 6) -> None:
        super().__init__()
        self.f = nn.Sequential(nn.Linear(d, 24), nn.ReLU(), nn.Linear(24, k))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.f(x))


class Trainer:
    def __init__(self, model: nn.Module, thr: float = 0.5) -> None:
        self.model = model
        self.opt = torch.optim.Adam(model.parameters(), lr=1e-2)
        self.thr = thr
        self.loss, self.f1 = Meter(), Meter()

    def binarize_(self, probs: torch.Tensor) -> torch.Tensor:
        keep = probs >= self.thr
        probs[keep] = 1.0
        probs[~keep] = 0.0
        return probs

    def score(self, hard: torch.Tensor, y: torch.Tensor) -> float:
        tp = (hard * y).sum()
        return (2 * tp / (hard.sum() + y.sum()).clamp(min=1)).item()

    def train_batch(self, x: torch.Tensor, y: torch.Tensor) -> None:
        probs = self.model(x)
        loss = F.binary_cross_entropy(probs, y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        hard = self.binarize_(probs.detach())
        y.clamp_(0, 1)
        self.loss.update(loss.item())
        self.f1.update(self.score(hard, y))


def main() -> None:
    torch.manual_seed(0)
    w = torch.randn(12, 6)
    trainer = Trainer(Tagger())
    for epoch in range(2):
        for _ in range(3):
            x = torch.randn(32, 12)
            trainer.train_batch(x, (x @ w > 0).float())
        print(f"epoch {epoch} loss {trainer.loss.avg:.3f} f1 {trainer.f1.avg:.3f}")


if __name__ == "__main__":
    main()
