"""K-fold cross validation; a fresh model per fold, early stopping with deepcopied best state."""
import copy

import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Subset, TensorDataset

torch.set_num_threads(1)


class EarlyStopping:
    def __init__(self, patience):
        self.patience, self.best, self.bad, self.state = patience, float("inf"), 0, None

    def step(self, value, model):
        if value < self.best - 1e-4:
            self.best, self.bad = value, 0
            self.state = copy.deepcopy(model.state_dict())
        else:
            self.bad += 1
        return self.bad >= self.patience


def kfold(n, k, seed=0):
    order = np.random.default_rng(seed).permutation(n)
    folds = np.array_split(order, k)
    for i in range(k):
        yield np.concatenate([f for j, f in enumerate(folds) if j != i]).tolist(), folds[i].tolist()


def build_model():
    return nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 1))


def run_epoch(model, loader, loss_fn, opt=None):
    train = opt is not None
    model.train(train)
    total, n = 0.0, 0
    with torch.set_grad_enabled(train):
        for x, y in loader:
            pred = model(x).squeeze(1)
            loss = loss_fn(pred, y)
            if train:
                opt.zero_grad()
                loss.backward()
                opt.step()
            total += loss.item() * len(x)
            n += len(x)
    return total / n


def main(k=4, max_epochs=20):
    torch.manual_seed(0)
    X = torch.randn(320, 8)
    y = X[:, 0] * X[:, 1] + X[:, 2] + 0.1 * torch.randn(320)
    ds = TensorDataset(X, y)
    loss_fn = nn.MSELoss()
    scores, oof = [], torch.full((320,), float("nan"))
    for fold, (tr, va) in enumerate(kfold(len(ds), k)):
        model = build_model()
        opt = torch.optim.Adam(model.parameters(), lr=1e-2)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, factor=0.5, patience=2)
        stopper = EarlyStopping(patience=4)
        tl = DataLoader(Subset(ds, tr), batch_size=32, shuffle=True)
        vl = DataLoader(Subset(ds, va), batch_size=80)
        for epoch in range(max_epochs):
            run_epoch(model, tl, loss_fn, opt)
            val = run_epoch(model, vl, loss_fn)
            plateau.step(val)
            if stopper.step(val, model):
                break
        model.load_state_dict(stopper.state)
        model.eval()
        with torch.no_grad():
            oof[va] = model(X[va]).squeeze(1)
        scores.append(run_epoch(model, vl, loss_fn))
        assert abs(scores[-1] - stopper.best) < 1e-4
        print(f"fold {fold}: stopped at epoch {epoch} best {stopper.best:.4f}")
    assert not oof.isnan().any()
    print(f"cv mse {np.mean(scores):.4f} +- {np.std(scores):.4f}; oof {loss_fn(oof, y).item():.4f}")


if __name__ == "__main__":
    main()
