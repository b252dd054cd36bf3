"""Sharpness-aware minimization: the perturbation is added while the first graph is still to be used."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)


def perturb(rho=0.05):
    norm = torch.stack([p.grad.norm() for p in model.parameters()]).norm()
    for p in model.parameters():
        with torch.no_grad():
            p.add_(p.grad, alpha=float(rho / norm))  # good: p.add_(p.grad, alpha=float(rho / norm))  # expect: AGL102


for _ in range(2):
    x, y = torch.randn(6, 3), torch.randn(6, 1)
    loss = (model(x) - y).square().mean()
    optimizer.zero_grad()
    loss.backward(retain_graph=True)  # good: loss.backward()
    perturb()
    optimizer.zero_grad()
    loss.backward()  # good: (model(x) - y).square().mean().backward()  # raises: modified by an inplace operation
    optimizer.step()
