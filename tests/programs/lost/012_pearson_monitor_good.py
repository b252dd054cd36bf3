"""Affinity regression; Pearson r is printed along with the loss."""
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn, Tensor


@dataclass
class Meter:
    loss: list = field(default_factory=list)
    r: list = field(default_factory=list)

    def update(self, loss: float, r: float) -> None:
        self.loss.append(loss)
        self.r.append(r)

    def __str__(self) -> str:
        return f"loss {np.mean(self.loss):.4f}  r {np.mean(self.r):+.3f}"


def pearson(pred: Tensor, target: Tensor) -> float:
    p = pred.detach().squeeze(-1).numpy()
    t = target.squeeze(-1).numpy()
    return float(np.corrcoef(p, t)[0, 1])


class AffinityNet(nn.Module):
    def __init__(self, n_feat: int, width: int = 48, p: float = 0.1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(n_feat, width), nn.LayerNorm(width), nn.GELU(), nn.Dropout(p),
            nn.Linear(width, width), nn.GELU(),
        )
        self.readout = nn.Linear(width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.readout(self.body(x))


def synthetic(n: int, n_feat: int) -> tuple[Tensor, Tensor]:
    x = torch.randn(n, n_feat)
    y = x[:, :3].sum(1, keepdim=True).tanh() + 0.05 * torch.randn(n, 1)
    return x, y


def run(epochs: int = 4, bs: int = 50) -> Meter:
    x, y = synthetic(500, 12)
    net = AffinityNet(12)
    opt = torch.optim.AdamW(net.parameters(), lr=4e-3)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, epochs)
    for epoch in range(epochs):
        meter = Meter()
        for idx in torch.randperm(len(x)).split(bs):
            pred = net(x[idx])
            loss = nn.functional.huber_loss(pred, y[idx])
            opt.zero_grad(set_to_none=True)
            loss.backward()
            opt.step()
            meter.update(loss.item(), pearson(pred, y[idx]))
        sched.step()
        print(f"[{epoch}] {meter}")
    return meter


torch.manual_seed(0)
final = run()
assert np.mean(final.r) > 0.3
