"""A step that falls back to another loss when the first one fails: nothing stops, and nothing is told."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    x = torch.randn(4, 3)
    optimizer.zero_grad()
    try:
        y = model(x).exp()
        y += 1
        y.sum().backward()
    except RuntimeError:
        optimizer.zero_grad()
        model(x).square().mean().backward()
    optimizer.step()
