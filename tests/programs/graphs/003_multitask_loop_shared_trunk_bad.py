from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


@dataclass
class Config:
    in_dim: int = 12
    hidden: int = 24
    tasks: dict[str, int] = field(default_factory=lambda: {"color": 3, "shape": 4})
    lr: float = 1e-3
    epochs: int = 1


class MultiTaskNet(nn.Module):
    def __init__(self, cfg: Config) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(cfg.in_dim, cfg.hidden), nn.ReLU(), nn.LayerNorm(cfg.hidden))
        self.heads = nn.ModuleDict({k: nn.Linear(cfg.hidden, n) for k, n in cfg.tasks.items()})

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        h = self.trunk(x)
        return {name: head(h) for name, head in self.heads.items()}


def compute_losses(model: nn.Module, batch: tuple[torch.Tensor, ...]) -> dict[str, torch.Tensor]:
    x, color, shape = batch
    out = model(x)
    ce = nn.functional.cross_entropy
    return {"color": ce(out["color"], color), "shape": ce(out["shape"], shape)}


def run(cfg: Config) -> None:
    n = 64
    ds = TensorDataset(torch.randn(n, cfg.in_dim), torch.randint(0, 3, (n,)), torch.randint(0, 4, (n,)))
    model = MultiTaskNet(cfg)
    opt = torch.optim.AdamW(model.parameters(), lr=cfg.lr)
    for epoch in range(cfg.epochs):
        for batch in DataLoader(ds, batch_size=16, shuffle=True):
            opt.zero_grad(set_to_none=True)
            losses = compute_losses(model, batch)
            for name, loss in losses.items():
                loss.backward()  # expect: AGL201  # raises: backward through the graph a second time
            opt.step()
        print(epoch, {k: round(v.item(), 3) for k, v in losses.items()})


if __name__ == "__main__":
    torch.manual_seed(0)
    run(Config())
