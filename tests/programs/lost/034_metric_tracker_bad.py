"""Denoising autoencoder with a small metric tracker."""
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F


class MetricTracker:
    def __init__(self, window=20):
        self.window = window
        self.values = OrderedDict()

    def update(self, name, value):
        self.values.setdefault(name, []).append(value)  # expect: AGL601

    def summary(self):
        return "  ".join(
            f"{k}={float(sum(v[-self.window:])) / len(v[-self.window:]):.4f}" for k, v in self.values.items()
        )


class DAE(nn.Module):
    def __init__(self, n=40, code=8):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(n, 32), nn.ReLU(), nn.Linear(32, code))
        self.dec = nn.Sequential(nn.Linear(code, 32), nn.ReLU(), nn.Linear(32, n))

    def forward(self, x):
        code = self.enc(x)
        return self.dec(code), code


def waves(n, length=40):
    freq = torch.rand(n, 1) * 3 + 1
    phase = torch.rand(n, 1) * 6.28
    return torch.sin(freq * torch.linspace(0, 6.28, length) + phase)


class Experiment:
    def __init__(self, lr=2e-3, l1=1e-3, sigma=0.3):
        self.model = DAE()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=lr)
        self.l1, self.sigma = l1, sigma
        self.tracker = MetricTracker()

    def train_step(self, clean):
        noisy = clean + self.sigma * torch.randn_like(clean)
        recon, code = self.model(noisy)
        mse = F.mse_loss(recon, clean)
        sparsity = code.abs().mean()
        loss = mse + self.l1 * sparsity
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.tracker.update("loss", loss)
        self.tracker.update("mse", mse.item())

    def run(self, steps):
        for step in range(1, steps + 1):
            self.train_step(waves(64))
            if step % 40 == 0:
                print(f"step {step:3d}  {self.tracker.summary()}")


torch.manual_seed(0)
exp = Experiment()
exp.run(120)
history = exp.tracker.values["loss"]
assert len(history) == 120
assert all(v.grad_fn is not None for v in history)
