"""Ordinary supervised script: dropout + batch-norm MLP with early stopping."""
import random
from pathlib import PurePosixPath

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset, Subset


def seed_everything(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


class SensorDataset(Dataset):
    """Fake sensor frames, labelled by which of three regimes produced them."""

    def __init__(self, n=240, dim=10):
        rng = np.random.RandomState(0)
        mixing = rng.randn(3, dim, dim) / np.sqrt(dim)
        self.y = rng.randint(0, 3, size=n)
        noise = rng.randn(n, dim)
        self.x = np.stack([mixing[k] @ z + 0.6 * k for k, z in zip(self.y, noise)]).astype("float32")

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return torch.from_numpy(self.x[i]), int(self.y[i])


def get_model(dim=10, hidden=32, p=0.4):
    return nn.Sequential(
        nn.Linear(dim, hidden),
        nn.BatchNorm1d(hidden),
        nn.ReLU(),
        nn.Dropout(p),
        nn.Linear(hidden, 3),
    )


def evaluate(model, loader, criterion):
    model.eval()
    loss_sum, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x)
            loss_sum += criterion(out, y).item() * len(y)
            right += (out.argmax(1) == y).sum().item()
            n += len(y)
    return loss_sum / n, right / n


def train_epoch(model, loader, optimizer, criterion):
    model.train()
    total = 0.0
    modes = set()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        modes.add(model.training)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader), modes


def main(run_dir=PurePosixPath("runs/sensor")):
    seed_everything(2024)
    ds = SensorDataset()
    split = np.random.permutation(len(ds))
    train_loader = DataLoader(Subset(ds, split[:180].tolist()), batch_size=20, shuffle=True, drop_last=True)
    valid_loader = DataLoader(Subset(ds, split[180:].tolist()), batch_size=60)

    model = get_model()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)

    best, patience, bad_epochs, epoch_modes = float("inf"), 4, 0, []
    for epoch in range(6):
        train_loss, modes = train_epoch(model, train_loader, optimizer, criterion)
        epoch_modes.append(modes)
        val_loss, val_acc = evaluate(model, valid_loader, criterion)
        print(f"{run_dir}/epoch{epoch}: train {train_loss:.4f} val {val_loss:.4f} acc {val_acc:.3f}")
        if val_loss < best:
            best, bad_epochs = val_loss, 0
        else:
            bad_epochs += 1
            if bad_epochs >= patience:
                print("early stop")
                break

    assert all(m == {True} for m in epoch_modes)


if __name__ == "__main__":
    main()
