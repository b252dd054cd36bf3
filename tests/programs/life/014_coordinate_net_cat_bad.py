"""Fit one grey image with a coordinate network (learned Fourier features)."""
from dataclasses import dataclass
import math

import torch
import torch.nn as nn


@dataclass
class Config:
    size: int = 24
    n_freq: int = 16
    width: int = 48
    sigma: float = 4.0
    lr: float = 5e-3
    iters: int = 30
    seed: int = 2


class FourierFeatures(nn.Module):
    def __init__(self, cfg: Config, n_points: int):
        super().__init__()
        self.freq = nn.Parameter(torch.randn(2, cfg.n_freq) * cfg.sigma)
        self.register_buffer("out", torch.empty(n_points, 2 + 2 * cfg.n_freq), persistent=False)

    def forward(self, xy):
        phase = 2 * math.pi * (xy @ self.freq)
        torch.cat([xy, phase.sin(), phase.cos()], dim=-1, out=self.out)  # expect: AGL107  # raises: functions with out=... arguments don't support
        return self.out


class CoordinateNet(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        self.features = FourierFeatures(cfg, cfg.size ** 2)
        self.mlp = nn.Sequential(
            nn.Linear(2 + 2 * cfg.n_freq, cfg.width), nn.ReLU(),
            nn.Linear(cfg.width, cfg.width), nn.ReLU(),
            nn.Linear(cfg.width, 1), nn.Sigmoid(),
        )

    def forward(self, xy):
        return self.mlp(self.features(xy)).squeeze(-1)


def target_image(size):
    lin = torch.linspace(0, 1, size)
    y, x = torch.meshgrid(lin, lin, indexing="ij")
    checks = ((x * 6).floor() + (y * 6).floor()) % 2
    disc = ((x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.1).float()
    return torch.stack([x, y], -1).view(-1, 2), (0.5 * checks + 0.5 * disc).view(-1)


def psnr(mse):
    return -10.0 * math.log10(mse)


def fit(cfg: Config):
    torch.manual_seed(cfg.seed)
    xy, img = target_image(cfg.size)
    net = CoordinateNet(cfg)
    optim = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    for it in range(cfg.iters):
        optim.zero_grad()
        mse = ((net(xy) - img) ** 2).mean()
        mse.backward()
        optim.step()
        if it % 10 == 0:
            print(f"iter {it:4d} psnr {psnr(mse.item()):.2f} dB")
    return net


if __name__ == "__main__":
    fit(Config())
