"""A home-grown mini "Lightning": modules describe, the Runner drives."""
from collections import defaultdict

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class LitModule(nn.Module):
    def configure_optimizers(self):
        raise NotImplementedError

    def training_step(self, batch, batch_idx):
        raise NotImplementedError

    def log(self, name, value):
        self.runner.metrics[name].append(float(value))


class TimeSeriesTransformer(LitModule):
    def __init__(self, window=12, d_model=16, lr=0.05):
        super().__init__()
        self.lr = lr
        self.lift = nn.Linear(1, d_model)
        self.position = nn.Parameter(0.02 * torch.randn(window, d_model))
        self.attn = nn.MultiheadAttention(d_model, 2, batch_first=True)
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, 1)

    def forward(self, x):
        h = self.lift(x.unsqueeze(-1)) + self.position
        a, _ = self.attn(h, h, h, need_weights=False)
        return self.head(self.norm(h + a)[:, -1]).squeeze(-1)

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = nn.functional.huber_loss(self(x), y)
        self.log("train/huber", loss.item())
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=self.lr)


class Runner:
    def __init__(self, max_epochs, gradient_clip_val=None):
        self.max_epochs = max_epochs
        self.gradient_clip_val = gradient_clip_val
        self.metrics = defaultdict(list)
        self.used_norms = []

    def _clip(self, module):
        if self.gradient_clip_val is not None:
            nn.utils.clip_grad_norm_(module.parameters(), self.gradient_clip_val)

    def _backward(self, loss):
        loss.backward()

    def _record(self, optimizer, args, kwargs):
        grads = [p.grad for g in optimizer.param_groups for p in g["params"] if p.grad is not None]
        self.used_norms.append(nn.utils.get_total_norm(grads).item())

    def _optimize(self, module, optimizer, batch, batch_idx):
        loss = module.training_step(batch, batch_idx)
        optimizer.zero_grad()
        self._clip(module)  # expect: AGL306
        self._backward(loss)
        optimizer.step()

    def fit(self, module, loader):
        module.runner = self
        optimizer = module.configure_optimizers()
        optimizer.register_step_pre_hook(self._record)
        module.train()
        for epoch in range(self.max_epochs):
            for batch_idx, batch in enumerate(loader):
                self._optimize(module, optimizer, batch, batch_idx)
            recent = self.metrics["train/huber"][-len(loader):]
            print(f"epoch {epoch} huber {sum(recent) / len(recent):.4f}")


def windows(series, size):
    x = series.unfold(0, size, 1)[:-1]
    return TensorDataset(x.contiguous(), series[size:])


def main():
    torch.manual_seed(13)
    t = torch.arange(0, 220, dtype=torch.float32)
    series = 4 * torch.sin(0.3 * t) + 2 * torch.cos(0.11 * t) + 0.1 * torch.randn_like(t)
    loader = DataLoader(windows(series, 12), batch_size=32, shuffle=True)
    runner = Runner(max_epochs=3, gradient_clip_val=0.1)
    runner.fit(TimeSeriesTransformer(), loader)
    assert max(runner.used_norms) > 0.11


main()
