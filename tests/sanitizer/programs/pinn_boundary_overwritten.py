"""A PINN sets the boundary values of its prediction by writing into it."""

import torch
from torch import nn


def derivative(y, x):
    return torch.autograd.grad(y.sum(), x, create_graph=True)[0]


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1), nn.Sigmoid())

    def forward(self, x):
        u = self.body(x)
        u[0] = 0.0  # good: u = torch.cat([torch.zeros_like(u[:1]), u[1:]])  # expect: AGL102
        return u


torch.manual_seed(0)
field = Field()
optimizer = torch.optim.Adam(field.parameters(), lr=1e-2)
for _ in range(3):
    x = torch.rand(10, 1).sort(0).values.requires_grad_()
    u = field(x)
    residual = derivative(u, x) + u  # raises: modified by an inplace operation
    loss = residual.square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
