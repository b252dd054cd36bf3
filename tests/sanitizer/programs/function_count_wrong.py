"""A swish as a custom Function with a parameter that its backward forgets."""

import torch
from torch import nn


class SwishFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x, beta)
        return x * torch.sigmoid(beta * x)

    @staticmethod
    def backward(ctx, grad):
        x, beta = ctx.saved_tensors
        s = torch.sigmoid(beta * x)
        grad_x = grad * (s + beta * x * s * (1 - s))
        grad_beta = (grad * x * x * s * (1 - s)).sum()
        if not ctx.needs_input_grad[0]:
            return None, grad_beta.reshape(1)
        return grad_x  # good: return grad_x, grad_beta.reshape(1)  # expect: AGL501


class Swish(nn.Module):
    def __init__(self):
        super().__init__()
        self.beta = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return SwishFunction.apply(x, self.beta)


torch.manual_seed(0)
model = nn.Sequential(Swish(), nn.Linear(4, 8), Swish(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    model(torch.randn(3, 4)).square().mean().backward()  # raises: returned an incorrect number of gradients
    optimizer.step()
