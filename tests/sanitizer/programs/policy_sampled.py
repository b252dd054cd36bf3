"""A stochastic actor (SAC) that draws its actions by `sample`."""

import torch
from torch import nn
from torch.distributions import Normal

torch.manual_seed(0)
actor = nn.Linear(3, 4)
critic = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 1)).requires_grad_(False)
optimizer = torch.optim.Adam(actor.parameters(), lr=1e-3)
temperature = nn.Parameter(torch.zeros(1))
other = torch.optim.Adam([temperature], lr=1e-3)
for _ in range(3):
    s = torch.randn(6, 3)
    mean, spread = actor(s).chunk(2, -1)
    action = Normal(mean, nn.functional.softplus(spread)).sample()  # good: action = Normal(mean, nn.functional.softplus(spread)).rsample()  # expect: AGL412
    loss = temperature.exp().mean() - critic(torch.cat([s, action], 1)).mean()
    optimizer.zero_grad()
    other.zero_grad()
    loss.backward()
    optimizer.step()
    other.step()
