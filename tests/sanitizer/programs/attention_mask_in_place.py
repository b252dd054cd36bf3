"""Attention scores are masked in place, after their softmax was taken for a report."""

import torch
from torch import nn


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(x).view(b, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-1, -2) / (w // self.heads) ** 0.5).softmax(-1)
        mixed = weights @ v
        weights *= torch.tril(torch.ones(n, n))  # good: weights = weights * torch.tril(torch.ones(n, n))  # expect: AGL102
        self.entropy = weights.detach().mean()
        return self.out(mixed.transpose(1, 2).reshape(b, n, w))


torch.manual_seed(0)
layer = SelfAttention(8, 2)
optimizer = torch.optim.AdamW(layer.parameters())
for _ in range(2):
    x = torch.randn(2, 5, 8)
    loss = (layer(x) - x).square().mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
