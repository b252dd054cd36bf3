"""The inner gradients of a meta-learner are computed without a graph, and the loss is used again."""

import torch
from torch import nn
from torch.func import functional_call

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
outer = torch.optim.SGD(model.parameters(), lr=1e-2)


def inner(x, y, lr=0.05):
    weights = dict(model.named_parameters())
    loss = (functional_call(model, weights, (x,)) - y).square().mean()
    grads = torch.autograd.grad(loss, list(weights.values()))  # good: grads = torch.autograd.grad(loss, list(weights.values()), create_graph=True)
    return {n: w - lr * g for (n, w), g in zip(weights.items(), grads)}, loss


for _ in range(2):
    x, y = torch.randn(6, 2), torch.randn(6, 1)
    fast, support = inner(x, y)
    query = (functional_call(model, fast, (x + 0.1,)) - y).square().mean()
    outer.zero_grad()
    (query + 0.1 * support).backward()  # expect: AGL201  # raises: backward through the graph a second time
    outer.step()
