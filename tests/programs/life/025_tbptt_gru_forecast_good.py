"""One-step-ahead forecasting with truncated BPTT over a long noisy series."""
import argparse

import numpy as np
import torch
from torch import nn


def series(n, seed=0):
    rng = np.random.default_rng(seed)
    t = np.arange(n)
    s = np.sin(t / 9.0) + 0.5 * np.sin(t / 23.0) + 0.05 * rng.standard_normal(n)
    return torch.tensor(s, dtype=torch.float32)


class Forecaster(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.gru = nn.GRU(1, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, 1)

    def forward(self, x, h):
        y, h = self.gru(x, h)
        return self.readout(y), h


def buffers_alive(loss):
    """Does the loss node still hold what it saved for backward?"""
    try:
        return loss.grad_fn._saved_self is not None
    except RuntimeError:
        return False


def train(model, data, window, epochs, lr):
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    mse = nn.MSELoss()
    kept = 0
    for epoch in range(epochs):
        h = torch.zeros(1, 1, model.gru.hidden_size)
        running, n = 0.0, 0
        for lo in range(0, len(data) - window - 1, window):
            x = data[lo:lo + window].view(1, -1, 1)
            y = data[lo + 1:lo + window + 1].view(1, -1, 1)
            h = h.detach()
            pred, h = model(x, h)
            loss = mse(pred, y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            kept += buffers_alive(loss)
            running += loss.item()
            n += 1
        print(f"epoch {epoch}: mse {running / n:.5f}")
    return kept


@torch.no_grad()
def rollout(model, seed_values, steps):
    out, h = model(seed_values.view(1, -1, 1), torch.zeros(1, 1, model.gru.hidden_size))
    last, values = out[:, -1:], []
    for _ in range(steps):
        values.append(last.item())
        last, h = model(last, h)
    return values


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--window", type=int, default=20)
    ap.add_argument("--hidden", type=int, default=24)
    ap.add_argument("--epochs", type=int, default=3)
    ap.add_argument("--lr", type=float, default=5e-3)
    args = ap.parse_args()
    torch.manual_seed(4)
    data = series(400)
    model = Forecaster(args.hidden)
    kept = train(model, data, args.window, args.epochs, args.lr)
    print("graphs kept after their backward:", kept)
    assert kept == 0
    print("forecast:", [round(v, 2) for v in rollout(model, data[:50], 5)])


if __name__ == "__main__":
    main()
