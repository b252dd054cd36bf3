from copy import deepcopy
from math import pi

import torch
import torch.nn as nn
import torch.nn.functional as F


class SineTask:
    def __init__(self):
        self.amp = 0.5 + 4.0 * torch.rand(1)
        self.phase = pi * torch.rand(1)

    def sample(self, k=10):
        x = 10 * torch.rand(k, 1) - 5
        return x, self.amp * torch.sin(x + self.phase)


def inner_loop(learner, task, k_steps, lr):
    """Adapts `learner` in place; returns pairs (gradient used, fresh gradient) of the first layer."""
    opt = torch.optim.SGD(learner.parameters(), lr=lr)
    opt.zero_grad()
    pairs = []
    for _ in range(k_steps):
        x, y = task.sample()
        loss = F.mse_loss(learner(x), y)
        fresh, = torch.autograd.grad(loss, [learner[0].weight], retain_graph=True)
        loss.backward()
        pairs.append((learner[0].weight.grad.clone(), fresh))
        opt.step()  # expect: AGL301
    return pairs


def outer_step(meta, learner, eps):
    with torch.no_grad():
        for p, q in zip(meta.parameters(), learner.parameters()):
            p.add_(eps * (q - p))


def meta_train(meta, iterations=10, k_steps=4, inner_lr=0.01, meta_lr=0.1):
    for it in range(iterations):
        learner = deepcopy(meta)
        pairs = inner_loop(learner, SineTask(), k_steps, inner_lr)
        outer_step(meta, learner, meta_lr * (1 - it / iterations))
    return pairs


if __name__ == "__main__":
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
    pairs = meta_train(net)
    used, fresh = pairs[0]
    assert torch.allclose(used, fresh)
    used, fresh = pairs[-1]
    print("last inner step: used", used.norm().item(), "fresh", fresh.norm().item())
    assert not torch.allclose(used, fresh, atol=1e-3)
