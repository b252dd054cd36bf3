"""A critic with spectral norm, one layer of which is called by its forward."""

import torch
from torch import nn
from torch.nn.utils import spectral_norm


class Critic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = spectral_norm(nn.Linear(4, 8))
        self.score = spectral_norm(nn.Linear(8, 1))

    def forward(self, x):
        h = self.body.forward(x)  # good: h = self.body(x)  # expect: AGL507
        return self.score(torch.relu(h))


torch.manual_seed(0)
critic = Critic()
optimizer = torch.optim.Adam(critic.parameters(), lr=1e-4)
for _ in range(2):
    optimizer.zero_grad()
    critic(torch.randn(5, 4)).mean().backward()
    optimizer.step()
