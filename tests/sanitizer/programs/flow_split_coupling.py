"""A coupling layer of a flow transforms one of the halves in place."""

import torch
from torch import nn


class Coupling(nn.Module):
    def __init__(self, half):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(half, 8), nn.Tanh(), nn.Linear(8, 2 * half))

    def forward(self, x):
        a, b = x.chunk(2, dim=-1)
        scale, shift = self.net(a).chunk(2, dim=-1)
        b *= scale.exp()  # good: b = b * scale.exp()  # expect: AGL103  # raises: is a view and is being modified inplace
        return torch.cat([b + shift, a], -1), scale.sum(-1)


torch.manual_seed(0)
lift = nn.Linear(4, 4)
layers = nn.ModuleList(Coupling(2) for _ in range(2))
optimizer = torch.optim.Adam([*lift.parameters(), *layers.parameters()], lr=1e-3)
for _ in range(2):
    z, logdet = lift(torch.randn(6, 4)), 0.0
    for layer in layers:
        z, ld = layer(z)
        logdet = logdet + ld
    loss = (0.5 * z.square().sum(-1) - logdet).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
