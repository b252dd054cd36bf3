"""An Euler solver that updates its state in place."""

import torch
from torch import nn


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))

    def forward(self, t, y):
        return self.net(y**3)


def odeint(field, y, times):
    y = y.clone()
    for a, b in zip(times, times[1:]):
        y += (b - a) * field(a, y)  # good: y = y + (b - a) * field(a, y)  # expect: AGL102
    return y


torch.manual_seed(0)
field = Field()
optimizer = torch.optim.RMSprop(field.parameters(), lr=1e-3)
start = nn.Parameter(torch.tensor([[2.0, 0.0]]))
for _ in range(2):
    end = odeint(field, start, torch.linspace(0, 1, 4))
    loss = (end - torch.ones(1, 2)).abs().mean()
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
    start.grad = None
