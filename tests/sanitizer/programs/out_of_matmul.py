"""A preallocated buffer takes the product that is to be trained."""

import torch
from torch import nn

torch.manual_seed(0)
weight = nn.Parameter(torch.randn(4, 3))
buffer = torch.empty(5, 3)
optimizer = torch.optim.SGD([weight], lr=0.1)
for _ in range(2):
    x = torch.randn(5, 4)
    y = torch.matmul(x, weight, out=buffer)  # good: y = torch.matmul(x, weight)  # expect: AGL107  # raises: don't support automatic differentiation
    loss = y.square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
