# MAML on sinusoids with torch.func.functional_call
import math
import random

import torch
from torch import nn
from torch.func import functional_call

INNER_LR = 0.02
INNER_STEPS = 2
META_BATCH = 4
K = 10


class SineTask:
    def __init__(self, rng):
        self.amp = rng.uniform(0.5, 3.0)
        self.phase = rng.uniform(0, math.pi)

    def sample(self, k):
        x = torch.rand(k, 1) * 10 - 5
        return x, self.amp * torch.sin(x + self.phase)


def make_net(width=24):
    return nn.Sequential(nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))


def mse(net, params, x, y):
    return ((functional_call(net, params, (x,)) - y) ** 2).mean()


def adapt(net, support, steps=INNER_STEPS, create_graph=True):
    fast = dict(net.named_parameters())
    for _ in range(steps):
        inner = mse(net, fast, *support)
        grads = torch.autograd.grad(inner, list(fast.values()), create_graph=create_graph)
        fast = {name: p - INNER_LR * g for (name, p), g in zip(fast.items(), grads)}
    return fast


def meta_train(net, meta_opt, rng, iterations):
    history = []
    for it in range(iterations):
        meta_opt.zero_grad()
        outer = torch.zeros(())
        for _ in range(META_BATCH):
            task = SineTask(rng)
            fast = adapt(net, task.sample(K))
            outer = outer + mse(net, fast, *task.sample(K))
        outer = outer / META_BATCH
        outer.backward()
        meta_opt.step()
        history.append(outer.item())
        if it % 5 == 0:
            print(f"iter {it:3d}: outer loss {outer.item():.4f}")
    return history


def meta_test(net, rng, tasks=5):
    total = 0.0
    for _ in range(tasks):
        task = SineTask(rng)
        fast = adapt(net, task.sample(K), steps=5, create_graph=False)
        with torch.no_grad():
            total += mse(net, fast, *task.sample(50)).item()
    return total / tasks


def main():
    torch.manual_seed(2)
    rng = random.Random(2)
    net = make_net()
    start = {k: v.clone() for k, v in net.state_dict().items()}
    meta_opt = torch.optim.Adam(net.parameters(), lr=1e-3)

    meta_train(net, meta_opt, rng, iterations=16)
    print(f"post-adaptation mse {meta_test(net, random.Random(99)):.4f}")

    diff = max((net.state_dict()[k] - v).abs().max().item() for k, v in start.items())
    assert diff > 0.0


if __name__ == "__main__":
    main()
