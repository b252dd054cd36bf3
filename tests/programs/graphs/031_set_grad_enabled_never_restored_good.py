from typing import List

import torch
from torch import nn
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset, random_split


class Meter:
    def __init__(self) -> None:
        self.values: List[float] = []

    def add(self, v: float) -> None:
        self.values.append(v)

    @property
    def mean(self) -> float:
        return sum(self.values) / max(1, len(self.values))


def evaluate(model: nn.Module, loader: DataLoader) -> float:
    model.eval()
    meter = Meter()
    with torch.set_grad_enabled(False):
        for x, y in loader:
            meter.add((model(x).argmax(-1) == y).float().mean().item())
    model.train()
    return meter.mean


def train_epoch(model: nn.Module, loader: DataLoader, optimizer: Adam) -> float:
    meter = Meter()
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        meter.add(loss.item())
    return meter.mean


def main() -> None:
    torch.manual_seed(0)
    x = torch.randn(150, 8)
    full = TensorDataset(x, (x.sum(1) > 0).long())
    train_ds, val_ds = random_split(full, [100, 50])
    train_dl, val_dl = DataLoader(train_ds, 25, shuffle=True), DataLoader(val_ds, 25)
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2))
    optimizer = Adam(model.parameters(), lr=1e-2)
    best = 0.0
    for epoch in range(3):
        loss = train_epoch(model, train_dl, optimizer)
        acc = evaluate(model, val_dl)
        best = max(best, acc)
        print(f"{epoch} loss={loss:.3f} acc={acc:.3f} best={best:.3f}")


if __name__ == "__main__":
    main()
