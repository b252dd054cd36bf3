"""Ordinal price model: train, then score a validation set in chunks."""
import torch
from torch import nn


class PriceNet(nn.Module):
    def __init__(self, n_in):
        super().__init__()
        self.net = nn.Sequential(
            nn.BatchNorm1d(n_in), nn.Linear(n_in, 64), nn.Mish(), nn.Dropout(0.2),
            nn.Linear(64, 64), nn.Mish(), nn.Linear(64, 2),
        )

    def forward(self, x):
        mean, log_var = self.net(x).unbind(-1)
        return mean, log_var.clamp(-6, 4)


def chunks(x, y, size, shuffle):
    order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
    for part in order.split(size):
        yield x[part], y[part]


def nll(mean, log_var, y):
    return 0.5 * (log_var + (y - mean) ** 2 / log_var.exp()).mean()


def evaluate(model, x, y, size=100):
    model.eval()
    means, targets = [], []
    for xb, yb in chunks(x, y, size, shuffle=False):
        mean, _ = model(xb)
        means.append(mean)  # expect: AGL602
        targets.append(yb)
    mean, target = torch.cat(means), torch.cat(targets)
    model.train()
    return mean, (mean - target).abs().mean().item()


def fit(model, train_set, val_set, epochs=5):
    opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
    best = float("inf")
    for epoch in range(epochs):
        for xb, yb in chunks(*train_set, size=64, shuffle=True):
            opt.zero_grad()
            loss = nll(*model(xb), yb)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            opt.step()
        pred, mae = evaluate(model, *val_set)
        best = min(best, mae)
        print(f"epoch {epoch} nll {loss.item():.3f} val mae {mae:.3f}")
    return pred, best


def synth(n):
    x = torch.rand(n, 6)
    y = 3 * x[:, 0] + x[:, 1] * x[:, 2] + 0.1 * torch.randn(n)
    return x, y


if __name__ == "__main__":
    torch.manual_seed(9)
    model = PriceNet(6)
    pred, best = fit(model, synth(600), synth(250))
    print("best mae", best)
    assert pred.grad_fn is not None  # the graphs of all chunks are still there
