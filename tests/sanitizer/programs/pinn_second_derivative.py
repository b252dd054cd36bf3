"""The second derivative of a PINN, of a first one that was computed without a graph."""

import torch
from torch import nn

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.LBFGS(net.parameters(), max_iter=3)


def residual(points):
    u = net(points)
    (du,) = torch.autograd.grad(u.sum(), points, retain_graph=True)  # good: (du,) = torch.autograd.grad(u.sum(), points, create_graph=True)
    (d2u,) = torch.autograd.grad(du[:, 0].sum(), points, create_graph=True)  # expect: AGL204  # raises: does not require grad
    return du[:, 1:] - 0.1 * d2u[:, :1]


def closure():
    optimizer.zero_grad()
    points = torch.rand(12, 2, requires_grad=True)
    loss = residual(points).square().mean()
    loss.backward()
    return loss


optimizer.step(closure)
