"""Sharpness-aware minimisation, functional flavour, on two moons."""
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

RHO = 0.05


def two_moons(n=120, noise=0.1):
    t = torch.rand(n) * math.pi
    label = torch.arange(n) % 2
    x0 = torch.where(label == 0, t.cos(), 1 - t.cos())
    x1 = torch.where(label == 0, t.sin(), 0.5 - t.sin())
    pts = torch.stack([x0, x1], dim=1)
    return pts + noise * torch.randn_like(pts), label.float().unsqueeze(1)


@torch.no_grad()
def climb(model, rho):
    """Move to the worst point of the rho-ball; return the originals."""
    backup = {}
    norm = torch.stack([p.grad.norm() for p in model.parameters() if p.grad is not None]).norm()
    scale = rho / (norm + 1e-12)
    for name, p in model.named_parameters():
        backup[name] = p.clone()
        if p.grad is not None:
            p.add_(p.grad * scale)
    return backup


@torch.no_grad()
def descend_back(model, backup):
    for name, p in model.named_parameters():
        p.copy_(backup[name])


def sam_epoch(model, loader, optimizer, criterion):
    first_total = second_total = 0.0
    for points, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(points), labels)
        loss.backward()
        backup = climb(model, RHO)

        optimizer.zero_grad()
        sharp_loss = criterion(model(points), labels)
        sharp_loss.backward()
        descend_back(model, backup)
        optimizer.step()

        first_total += loss.item()
        second_total += sharp_loss.item()
    k = len(loader)
    return first_total / k, second_total / k


def evaluate(model, x, y):
    with torch.inference_mode():
        return ((model(x) > 0).float() == y).float().mean().item()


def main():
    torch.manual_seed(21)
    x, y = two_moons()
    loader = DataLoader(TensorDataset(x, y), batch_size=24, shuffle=True)
    model = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    criterion = nn.BCEWithLogitsLoss()
    initial = [p.detach().clone() for p in model.parameters()]

    for epoch in range(8):
        flat, sharp = sam_epoch(model, loader, optimizer, criterion)
        print(f"[{epoch}] loss={flat:.4f} sharp={sharp:.4f} gap={sharp - flat:+.5f}")
    print("train accuracy", evaluate(model, x, y))

    unchanged = all(torch.equal(a, b) for a, b in zip(initial, model.parameters()))
    assert not unchanged


if __name__ == "__main__":
    main()
