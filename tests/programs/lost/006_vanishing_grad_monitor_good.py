"""How fast does the signal vanish?  Per-layer gradient norms of a deep sigmoid net."""
from collections import defaultdict

import torch
from torch import nn


class DeepSigmoid(nn.Module):
    def __init__(self, width=20, depth=6):
        super().__init__()
        self.inp = nn.Linear(10, width)
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.out = nn.Linear(width, 1)
        self.activations = {}

    def forward(self, x):
        h = torch.sigmoid(self.inp(x))
        self.activations = {}
        for i, layer in enumerate(self.hidden):
            h = torch.sigmoid(layer(h))
            if h.requires_grad:
                h.retain_grad()
            self.activations[f"h{i}"] = h
        return self.out(h)


class GradientMonitor:
    """Called once per step, after backward()."""

    def __init__(self, net):
        self.net = net
        self.norms = defaultdict(list)

    def collect(self):
        for name, act in self.net.activations.items():
            g = act.grad
            self.norms[name].append(0.0 if g is None else g.norm().item())

    def report(self):
        for name, vals in self.norms.items():
            print(f"{name:>4}: {sum(vals) / len(vals):.3e}")


def run(steps=15):
    torch.manual_seed(11)
    net = DeepSigmoid()
    monitor = GradientMonitor(net)
    optim = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for _ in range(steps):
        x = torch.randn(64, 10)
        y = x[:, :1] * x[:, 1:2]
        optim.zero_grad()
        loss = nn.functional.mse_loss(net(x), y)
        loss.backward()
        monitor.collect()
        optim.step()
    monitor.report()
    return monitor


mon = run()
assert all(v > 0.0 for vals in mon.norms.values() for v in vals)
