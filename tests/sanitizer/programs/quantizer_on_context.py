"""A straight-through quantizer that keeps its input on the context, and forgets its step size."""

import torch
from torch import nn


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, step):
        ctx.x = x  # good: ctx.save_for_backward(x, step)  # expect: AGL502
        return torch.round(x / step) * step

    @staticmethod
    def backward(ctx, grad):
        return grad, None  # good: x, step = ctx.saved_tensors; return grad, (grad * (torch.round(x / step) - x / step)).sum().reshape(1)  # expect: AGL505


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 4))
        self.step = nn.Parameter(torch.full((1,), 0.1))

    def forward(self, x):
        return x @ Quantize.apply(self.weight, self.step).t()


torch.manual_seed(0)
layer = Layer()
optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)
for _ in range(3):
    optimizer.zero_grad()
    layer(torch.randn(6, 4)).square().mean().backward()
    optimizer.step()
