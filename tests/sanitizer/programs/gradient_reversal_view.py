"""A domain-adversarial Function that returns its input as it is, and is then written to."""

import torch
from torch import nn


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -ctx.strength * grad, None


torch.manual_seed(0)
features, domain = nn.Linear(4, 6), nn.Linear(6, 1)
optimizer = torch.optim.SGD([*features.parameters(), *domain.parameters()], lr=0.1)
for _ in range(2):
    h = Reverse.apply(features(torch.randn(5, 4)), 0.3)
    h += 0.1  # good: h = h + 0.1  # expect: AGL103  # raises: created inside a custom Function
    loss = domain(h).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
