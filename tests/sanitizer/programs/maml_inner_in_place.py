"""MAML whose inner loop updates the adapted weights in place."""

import torch
from torch.nn import functional as F


def forward(weights, x):
    w1, b1, w2, b2 = weights
    return F.linear(torch.tanh(F.linear(x, w1, b1)), w2, b2)


def adapt(weights, x, y, steps=2, lr=0.1):
    fast = [w.clone() for w in weights]
    for _ in range(steps):
        loss = F.mse_loss(forward(fast, x), y)
        grads = torch.autograd.grad(loss, fast, create_graph=True)
        for w, g in zip(fast, grads):
            w.sub_(lr * g)  # good: pass  # expect: AGL102
        fast = [w for w in fast]  # good: fast = [w - lr * g for w, g in zip(fast, grads)]
    return fast


torch.manual_seed(0)
weights = [torch.randn(8, 1), torch.zeros(8), torch.randn(1, 8) / 3, torch.zeros(1)]
weights = [w.requires_grad_() for w in weights]
outer = torch.optim.Adam(weights, lr=1e-3)
for _ in range(2):
    x, xq = torch.randn(5, 1), torch.randn(5, 1)
    fast = adapt(weights, x, x.sin())
    loss = F.mse_loss(forward(fast, xq), xq.sin())
    outer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    outer.step()
