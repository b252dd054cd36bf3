"""Multi-task learning: PCGrad gradient surgery and GradNorm loss weighting on a shared trunk."""
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class MultiTask(nn.Module):
    def __init__(self, n_tasks=3):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
        self.heads = nn.ModuleList([nn.Linear(32, 1) for _ in range(n_tasks)])

    def forward(self, x):
        h = self.trunk(x)
        return [head(h).squeeze(-1) for head in self.heads]


def pcgrad_backward(losses, params):
    params = list(params)
    flat = []
    for i, loss in enumerate(losses):
        grads = torch.autograd.grad(loss, params, retain_graph=i < len(losses) - 1, allow_unused=True)
        flat.append(torch.cat([(torch.zeros_like(p) if g is None else g).reshape(-1) for p, g in zip(params, grads)]))
    projected = [g.clone() for g in flat]
    for i, gi in enumerate(projected):
        others = [j for j in range(len(flat)) if j != i]
        random.shuffle(others)
        for j in others:
            dot = torch.dot(gi, flat[j])
            if dot < 0:
                gi -= dot / flat[j].pow(2).sum().clamp_min(1e-12) * flat[j]
    merged = torch.stack(projected).sum(0)
    offset = 0
    for p in params:
        p.grad = merged[offset:offset + p.numel()].view_as(p).clone()
        offset += p.numel()


class GradNorm:
    def __init__(self, n, shared, alpha=1.0, lr=0.02):
        self.w = torch.ones(n, requires_grad=True)
        self.shared, self.alpha, self.n = shared, alpha, n
        self.opt = torch.optim.Adam([self.w], lr=lr)
        self.initial = None

    def backward(self, losses):
        stacked = torch.stack(losses)
        if self.initial is None:
            self.initial = stacked.detach()
        (self.w.detach() * stacked).sum().backward(retain_graph=True)
        norms = torch.stack([
            self.w[i] * torch.autograd.grad(l, self.shared, retain_graph=True)[0].norm().detach()
            for i, l in enumerate(losses)
        ])
        ratio = stacked.detach() / self.initial
        target = (norms.mean() * (ratio / ratio.mean()) ** self.alpha).detach()
        self.opt.zero_grad()
        (norms - target).abs().sum().backward()
        self.opt.step()
        with torch.no_grad():
            self.w.clamp_(min=1e-3).mul_(self.n / self.w.sum())


def data(n=64):
    x = torch.randn(n, 6)
    return x, [x[:, 0] * 2 + x[:, 1], -x[:, 0] * 3 + x[:, 2].sin(), x[:, 3] * x[:, 4]]


def run(mode, steps=60):
    torch.manual_seed(0)
    random.seed(0)
    net = MultiTask()
    opt = torch.optim.Adam(net.parameters(), lr=5e-3)
    gn = GradNorm(3, net.trunk[2].weight)
    for step in range(steps):
        x, ys = data()
        losses = [F.mse_loss(p, y) for p, y in zip(net(x), ys)]
        opt.zero_grad()
        if mode == "pcgrad":
            pcgrad_backward(losses, net.parameters())
        else:
            gn.backward(losses)
        opt.step()
    print(mode, [round(l.item(), 3) for l in losses], [round(v, 2) for v in gn.w.tolist()])


for mode in ("pcgrad", "gradnorm"):
    run(mode)
