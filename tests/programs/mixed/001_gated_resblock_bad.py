"""Gated residual MLP for tabular regression, with a learnable highway gate."""
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    in_dim: int = 12
    width: int = 32
    depth: int = 3
    gate_temp: float = 0.9
    lr: float = 1e-3
    steps: int = 15


class GatedResBlock(nn.Module):
    def __init__(self, width, gate_temp):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.value = nn.Linear(width, width)
        self.gate = nn.Linear(width, width)
        self.gate_temp = gate_temp

    def forward(self, x):
        h = self.norm(x)
        v = F.gelu(self.value(h))
        g = torch.sigmoid(self.gate(h))
        update = v * g
        # carry part of the highway is tempered a little
        g.mul_(self.gate_temp)  # expect: AGL102
        return update + (1.0 - g) * x


class TabularNet(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.stem = nn.Linear(cfg.in_dim, cfg.width)
        self.blocks = nn.ModuleList(
            [GatedResBlock(cfg.width, cfg.gate_temp) for _ in range(cfg.depth)]
        )
        self.head = nn.Linear(cfg.width, 1)

    def forward(self, x):
        h = self.stem(x)
        for block in self.blocks:
            h = block(h)
        return self.head(h).squeeze(-1)


def make_data(n, cfg):
    x = torch.randn(n, cfg.in_dim)
    y = torch.sin(x[:, 0]) + 0.5 * x[:, 1] * x[:, 2]
    return x, y


def fit(cfg):
    model = TabularNet(cfg)
    opt = torch.optim.AdamW(model.parameters(), lr=cfg.lr)
    x, y = make_data(256, cfg)
    history = []
    for _ in range(cfg.steps):
        idx = torch.randint(0, len(x), (64,))
        loss = F.mse_loss(model(x[idx]), y[idx])
        opt.zero_grad()
        loss.backward()  # raises: modified by an inplace operation
        opt.step()
        history.append(loss.item())
    return history


if __name__ == "__main__":
    torch.manual_seed(0)
    hist = fit(Config())
    print(f"first {hist[0]:.4f} last {hist[-1]:.4f}")
