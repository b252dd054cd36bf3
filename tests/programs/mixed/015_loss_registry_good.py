"""Weighted multi-term loss, with a registry that keeps running averages."""
from collections import defaultdict

import torch
import torch.nn as nn
import torch.nn.functional as F


class LossBook:
    """Collects named loss terms, logs them, and hands back the weighted total."""

    def __init__(self, weights):
        self.weights = weights
        self.terms = {}
        self.averages = defaultdict(float)

    def add(self, name, value):
        self.terms[name] = value
        self.averages[name] = 0.9 * self.averages[name] + 0.1 * value.item()

    def total(self):
        out = sum(self.weights[k] * v for k, v in self.terms.items())
        self.terms = {}
        return out


class Denoiser(nn.Module):
    def __init__(self, n=32, k=12):
        super().__init__()
        self.enc = nn.Linear(n, k)
        self.dec = nn.Linear(k, n)

    def forward(self, x):
        code = F.relu(self.enc(x))
        return self.dec(code), code


def clean_signals(bs, n=32):
    t = torch.linspace(0, 6.28, n)
    freq = torch.randint(1, 4, (bs, 1)).float()
    return torch.sin(freq * t + torch.rand(bs, 1) * 6.28)


def run(steps=80):
    model = Denoiser()
    book = LossBook({"mse": 1.0, "tv": 0.05, "l1": 0.01})
    opt = torch.optim.Adam(model.parameters(), lr=5e-3)
    trace = []
    for _ in range(steps):
        clean = clean_signals(32)
        rec, code = model(clean + 0.3 * torch.randn_like(clean))
        book.add("mse", F.mse_loss(rec, clean))
        book.add("tv", (rec[:, 1:] - rec[:, :-1]).abs().mean())
        book.add("l1", code.abs().mean())
        loss = book.total()
        opt.zero_grad()
        loss.backward()
        opt.step()
        trace.append(loss.item())
    print(dict(book.averages))
    return model, trace


if __name__ == "__main__":
    torch.manual_seed(15)
    model, trace = run()
    assert all(p.grad is not None for p in model.parameters())
    assert trace[-1] < trace[0]
