# Linear regression / small MLP, optimizer written from scratch (course notes, week 3)
import torch as th
from torch import nn


def make_data(n=200, seed=1):
    g = th.Generator().manual_seed(seed)
    x = th.randn(n, 4, generator=g)
    w = th.tensor([1.0, -2.0, 0.5, 3.0])
    y = (x * w).sum(1, keepdim=True) + 0.1 * th.randn(n, 1, generator=g)
    return x, y


def batches(x, y, size):
    perm = th.randperm(len(x))
    for i in range(0, len(x), size):
        j = perm[i:i + size]
        yield x[j], y[j]


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9):
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum
        self.velocity = [th.zeros_like(p) for p in self.params]

    def zero_grad(self):
        for p in self.params:
            p.grad = None

    def step(self):
        for p, v in zip(self.params, self.velocity):
            if p.grad is None:
                continue
            v.mul_(self.momentum).add_(p.grad)
            p -= self.lr * v  # expect: AGL101  # raises: a leaf Variable that requires grad


def train(net, opt, x, y, epochs=3):
    history = []
    for _ in range(epochs):
        for xb, yb in batches(x, y, 32):
            opt.zero_grad()
            err = net(xb) - yb
            loss = (err ** 2).mean()
            loss.backward()
            opt.step()
            history.append(loss.item())
    return history


x, y = make_data()
net = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))
opt = MomentumSGD(net.parameters(), lr=0.01)
hist = train(net, opt, x, y)
print(hist[0], "->", hist[-1])
