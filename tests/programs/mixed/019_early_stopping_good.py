"""Dropout regressor with validation and early stopping every epoch."""
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class DropoutNet(nn.Module):
    def __init__(self, d=8, p=0.3):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(d, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(p), nn.Linear(32, 1)
        )

    def forward(self, x):
        return self.layers(x).squeeze(-1)


class EarlyStopping:
    def __init__(self, patience=5):
        self.best, self.bad, self.patience = float("inf"), 0, patience

    def should_stop(self, value):
        self.bad = 0 if value < self.best else self.bad + 1
        self.best = min(self.best, value)
        return self.bad >= self.patience


def validate(model, loader, criterion):
    model.eval()
    with torch.no_grad():
        total = sum(criterion(model(x), y).item() * len(x) for x, y in loader)
    return total / len(loader.dataset)


def train(model, train_loader, val_loader, epochs=4):
    criterion = nn.MSELoss()
    opt = torch.optim.Adam(model.parameters(), lr=1e-2)
    stopper = EarlyStopping()
    modes = []
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            modes.append(model.training)
            loss = criterion(model(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
        val = validate(model, val_loader, criterion)
        print(f"epoch {epoch} train {loss.item():.3f} val {val:.3f}")
        if stopper.should_stop(val):
            break
    return modes


if __name__ == "__main__":
    torch.manual_seed(19)
    x = torch.randn(240, 8)
    ds = TensorDataset(x, x[:, 0] * x[:, 1] + x[:, 2])
    tr, va = random_split(ds, [200, 40])
    modes = train(DropoutNet(), DataLoader(tr, 40, shuffle=True), DataLoader(va, 40))
    assert all(modes)
