"""Weights are renormalized after each forward, before the backward."""

import torch
from torch import nn


class MaxNorm:
    def __init__(self, layers, limit):
        self.layers, self.limit = layers, limit

    @torch.no_grad()
    def apply(self):
        for layer in self.layers:
            norm = layer.weight.norm(dim=1, keepdim=True)
            layer.weight.mul_(self.limit / norm.clamp(min=self.limit))  # good: pass  # expect: AGL102


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
constraint = MaxNorm([m for m in model if isinstance(m, nn.Linear)], 0.3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    x = torch.randn(5, 4, requires_grad=True)
    loss = nn.functional.cross_entropy(model(x), torch.randint(0, 2, (5,)))
    constraint.apply()
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
