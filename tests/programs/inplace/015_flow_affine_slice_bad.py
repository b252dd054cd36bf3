from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class AffineCoupling(nn.Module):
    def __init__(self, dim: int, hidden: int, flip: bool):
        super().__init__()
        self.half = dim // 2
        self.flip = flip
        self.net = nn.Sequential(nn.Linear(self.half, hidden), nn.ReLU(), nn.Linear(hidden, 2 * (dim - self.half)))

    def conditioner(self, x: Tensor) -> tuple[Tensor, Tensor]:
        s, t = self.net(x).chunk(2, dim=-1)
        return torch.tanh(s), t

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.flip:
            x = x.flip(-1)
        s, t = self.conditioner(x[:, : self.half])
        x[:, self.half:] = x[:, self.half:] * s.exp() + t  # expect: AGL102
        return x, s.sum(-1)


class Flow(nn.Module):
    def __init__(self, dim: int = 4, depth: int = 3, hidden: int = 16):
        super().__init__()
        self.layers = nn.ModuleList(AffineCoupling(dim, hidden, bool(i % 2)) for i in range(depth))
        self.dim = dim

    def log_prob(self, x: Tensor) -> Tensor:
        logdet = torch.zeros(len(x))
        z = x.clone()
        for layer in self.layers:
            z, ld = layer(z)
            logdet = logdet + ld
        base = -0.5 * (z ** 2).sum(-1) - 0.5 * self.dim * math.log(2 * math.pi)
        return base + logdet


def nll(flow: Flow, batch: Tensor) -> Tensor:
    return -flow.log_prob(batch).mean()


def main() -> None:
    torch.manual_seed(0)
    flow = Flow()
    opt = torch.optim.Adam(flow.parameters(), lr=5e-3)
    data = torch.randn(96, 4) @ torch.randn(4, 4)
    for epoch in range(2):
        for batch in data.split(32):
            loss = nll(flow, batch)
            opt.zero_grad()
            loss.backward()  # raises: modified by an inplace operation
            opt.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    main()
