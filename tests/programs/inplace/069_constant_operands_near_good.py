"""Ops whose inputs autograd does not keep: scalar / constant factors, sums, concat, index_select."""
import torch
from torch import nn
import torch.nn.functional as F


class MaskedConvScore(nn.Module):
    def __init__(self, d=10):
        super().__init__()
        self.lin = nn.Linear(d, d)
        self.out = nn.Linear(d, 1)

    def forward(self, x, keep):
        h = self.lin(x)
        gated = h * keep
        scaled = h * 0.5
        h += 1.0
        both = torch.cat([gated, scaled, h], dim=0)
        both.sub_(both.detach().mean())
        pooled = both.mean(0, keepdim=True)
        both -= 0.1
        z = both + pooled
        z.clamp_(-3, 3)
        return self.out(z)


class Scorer(nn.Module):
    def __init__(self, d=10):
        super().__init__()
        self.block = MaskedConvScore(d)
        self.prior = nn.Parameter(torch.zeros(1))

    def forward(self, x, keep):
        s = self.block(x, keep)
        total = s.sum()
        total += self.prior.sum()
        s.mul_(2.0)
        return total, s


def run(model, opt, n_iter):
    for it in range(n_iter):
        x = torch.randn(7, 10)
        keep = (torch.rand(7, 10) > 0.3).float()
        total, s = model(x, keep)
        acc = torch.zeros(())
        for v in s.squeeze(1):
            acc += v
        loss = F.softplus(total) + F.softplus(-acc)
        opt.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.grad.clamp_(-1, 1)
            p.grad[p.grad.abs() < 1e-8] = 0.0
        opt.step()
        print(it, float(loss))


torch.manual_seed(0)
model = Scorer()
run(model, torch.optim.SGD(model.parameters(), lr=0.01), 3)
