"""WGAN-GP in one function; the penalty has no graph."""

import torch
from torch import nn

torch.manual_seed(0)
critic = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(critic.parameters(), lr=1e-4)
for _ in range(2):
    real, fake = torch.randn(6, 4), torch.randn(6, 4)
    t = torch.rand(6, 1)
    mixed = (t * real + (1 - t) * fake).requires_grad_()
    slope = torch.autograd.grad(critic(mixed).sum(), mixed)[0]  # good: slope = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)[0]  # expect: AGL207
    penalty = (slope.norm(dim=1) - 1).square().mean()
    loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
