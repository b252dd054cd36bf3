"""Adversarial (PGD) training with gradient accumulation."""
import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPS, ALPHA, PGD_STEPS = 0.15, 0.06, 3
ACCUM_STEPS = 4


def pgd(model, x, y):
    delta = torch.empty_like(x).uniform_(-EPS, EPS)
    for _ in range(PGD_STEPS):
        delta.requires_grad_(True)
        loss = F.cross_entropy(model(x + delta), y)
        (g,) = torch.autograd.grad(loss, delta)
        delta = (delta.detach() + ALPHA * g.sign()).clamp(-EPS, EPS)
    return x + delta


def rings(n):
    y = torch.randint(0, 3, (n,))
    radius = 1.0 + y + 0.15 * torch.randn(n)
    theta = 6.2832 * torch.rand(n)
    return torch.stack([radius * theta.cos(), radius * theta.sin()], dim=1), y


def adversarial_epoch(model, loader, optimizer, accum_steps):
    model.train()
    running, updates = 0.0, 0
    for i, (x, y) in enumerate(loader, start=1):
        optimizer.zero_grad()  # expect: AGL313
        x_adv = pgd(model, x, y)
        loss = F.cross_entropy(model(x_adv), y)
        (loss / accum_steps).backward()
        running += loss.item()

        if i % accum_steps == 0:
            optimizer.step()
            updates += 1
    return running / len(loader), updates


def robust_accuracy(model, x, y):
    model.eval()
    x_adv = pgd(model, x, y)
    with torch.no_grad():
        return (model(x_adv).argmax(1) == y).float().mean().item()


class GradientLog:
    """Last-layer gradients actually handed to the optimizer."""

    def __init__(self, model, optimizer):
        self.model = model
        self.grads = []
        optimizer.register_step_pre_hook(self._hook)

    def _hook(self, optimizer, args, kwargs):
        self.grads.append(self.model[-1].bias.grad.clone())


def reference_gradient(model, chunks):
    """Gradient of the last-layer bias for clean chunks, accumulated and last only."""
    twin = copy.deepcopy(model)
    parts = [
        torch.autograd.grad(F.cross_entropy(twin(x), y) / len(chunks), [twin[-1].bias])[0]
        for x, y in chunks
    ]
    return torch.stack(parts).sum(0), parts[-1]


def main():
    torch.manual_seed(27)
    x, y = rings(128)
    loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
    model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    log = GradientLog(model, optimizer)
    for epoch in range(4):
        loss, updates = adversarial_epoch(model, loader, optimizer, ACCUM_STEPS)
        print(f"epoch {epoch}: loss {loss:.4f}, {updates} updates, robust acc {robust_accuracy(model, x, y):.3f}")
    assert len(log.grads) == 16

    global PGD_STEPS, EPS
    PGD_STEPS, EPS = 0, 0.0
    chunks = [(x[k:k + 8], y[k:k + 8]) for k in range(0, 32, 8)]
    total, last = reference_gradient(model, chunks)
    adversarial_epoch(model, chunks, optimizer, ACCUM_STEPS)
    assert torch.allclose(log.grads[-1], last, atol=1e-6)
    assert not torch.allclose(log.grads[-1], total, atol=1e-6)


if __name__ == "__main__":
    main()
