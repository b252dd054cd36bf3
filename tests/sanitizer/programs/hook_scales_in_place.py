"""Layer-wise gradient scaling by a hook that writes to what it is handed."""

import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self, inner, factor):
        super().__init__()
        self.inner, self.factor = inner, factor

    def forward(self, x):
        y = self.inner(x)
        if y.requires_grad:
            y.register_hook(self._scale)
        return y

    def _scale(self, gradient):
        gradient *= self.factor  # good: gradient = gradient * self.factor  # expect: AGL414
        return gradient


torch.manual_seed(0)
model = nn.Sequential(Scaled(nn.Linear(3, 4), 0.5), nn.Tanh(), Scaled(nn.Linear(4, 1), 0.25))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    model(torch.randn(5, 3)).square().mean().backward()
    optimizer.step()
