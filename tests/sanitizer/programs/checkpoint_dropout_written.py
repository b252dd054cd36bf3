"""A checkpointed block whose input is written after it was computed."""

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first, self.second = nn.Linear(width, width), nn.Linear(width, width)

    def inner(self, h):
        return self.second(torch.tanh(self.first(h)))

    def forward(self, x):
        h = torch.exp(x * 0.1)
        y = checkpoint(self.inner, h, use_reentrant=False)
        h += 1  # good: h = h + 1  # expect: AGL102
        return h + y


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 4), Residual(4), nn.Linear(4, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    model(torch.randn(3, 4)).square().mean().backward()  # raises: modified by an inplace operation
    optimizer.step()
