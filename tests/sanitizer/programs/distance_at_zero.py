"""Pairwise distances by hand, with a root of zero on the diagonal."""

import torch
from torch import nn

torch.manual_seed(0)
embed = nn.Linear(3, 2)
optimizer = torch.optim.SGD(embed.parameters(), lr=0.1)
for _ in range(2):
    z = embed(torch.randn(5, 3))
    distances = (z[:, None] - z[None]).square().sum(-1).sqrt()  # good: distances = ((z[:, None] - z[None]).square().sum(-1) + 1e-9).sqrt()  # expect: AGL702
    loss = torch.relu(1 - distances).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
