import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset


def kfold(n, k, seed=0):
    order = np.random.RandomState(seed).permutation(n)
    folds = np.array_split(order, k)
    for i in range(k):
        yield np.concatenate([f for j, f in enumerate(folds) if j != i]), folds[i]


def build():
    model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    return model, torch.optim.Adam(model.parameters(), lr=1e-2)


def one_big_step(model, optimizer, dataset, indices):
    """Full-batch gradient made of micro-batches, then one single step."""
    loader = DataLoader(Subset(dataset, indices.tolist()), batch_size=16)
    for x, y in loader:
        loss = nn.functional.mse_loss(model(x), y, reduction="sum") / len(indices)
        loss.backward()
    optimizer.step()
    optimizer.zero_grad()


@torch.no_grad()
def score(model, dataset, indices):
    x, y = dataset[indices.tolist()]
    return nn.functional.mse_loss(model(x), y).item()


def cross_validate(dataset, k=4, steps=6):
    scores = []
    for fold, (train_idx, val_idx) in enumerate(kfold(len(dataset), k)):
        model, optimizer = build()
        for _ in range(steps):
            one_big_step(model, optimizer, dataset, train_idx)
        scores.append(score(model, dataset, val_idx))
        print(f"fold {fold}: {scores[-1]:.4f}")
    return float(np.mean(scores)), float(np.std(scores))


if __name__ == "__main__":
    torch.manual_seed(0)
    x = torch.randn(80, 6)
    print(cross_validate(TensorDataset(x, x.abs().sum(1, keepdim=True))))
