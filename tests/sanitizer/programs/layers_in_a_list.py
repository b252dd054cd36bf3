"""An ensemble whose members live in a plain list."""

import torch
from torch import nn


class Ensemble(nn.Module):
    def __init__(self, size, members):
        super().__init__()
        self.members = [nn.Linear(size, 1) for _ in range(members)]  # good: self.members = nn.ModuleList(nn.Linear(size, 1) for _ in range(members))  # expect: AGL411
        self.mix = nn.Parameter(torch.ones(members) / members)

    def forward(self, x):
        return torch.cat([member(x) for member in self.members], dim=1) @ self.mix


torch.manual_seed(0)
model = Ensemble(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(3):
    loss = (model(torch.randn(6, 4)) - 1).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
