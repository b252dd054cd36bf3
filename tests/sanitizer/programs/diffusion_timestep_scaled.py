"""A denoiser whose time embedding is scaled in place after its sine was taken."""

import math

import torch
from torch import nn


class TimeEmbedding(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.frequencies = nn.Parameter(torch.exp(-math.log(1e4) * torch.arange(width // 2) / width))

    def forward(self, t):
        angle = t[:, None] * self.frequencies
        sine = angle.sin()
        angle += math.pi / 2  # good: angle = angle + math.pi / 2  # expect: AGL102
        return torch.cat([sine, angle.sin()], dim=1)


class Denoiser(nn.Module):
    def __init__(self, size=4, width=8):
        super().__init__()
        self.time = TimeEmbedding(width)
        self.net = nn.Sequential(nn.Linear(size + width, 16), nn.SiLU(), nn.Linear(16, size))

    def forward(self, x, t):
        return self.net(torch.cat([x, self.time(t.float())], dim=1))


torch.manual_seed(0)
model = Denoiser()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
alphas = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 100), 0)
for _ in range(2):
    x0, t, noise = torch.randn(5, 4), torch.randint(0, 100, (5,)), torch.randn(5, 4)
    a = alphas[t][:, None]
    loss = (model(a.sqrt() * x0 + (1 - a).sqrt() * noise, t) - noise).square().mean()
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
