"""Exact GP regression: fit RBF hyperparameters by marginal likelihood (type-II ML)."""
import math
import sys

import numpy as np
import torch


def softplus(x):
    return torch.log1p(torch.exp(x))


def rbf(xa, xb, raw_len, raw_amp):
    d2 = (xa[:, None, :] - xb[None, :, :]).pow(2).sum(-1)
    return softplus(raw_amp) * torch.exp(-0.5 * d2 / softplus(raw_len) ** 2)


def neg_log_marginal(K, noise, y):
    n = len(y)
    L = torch.linalg.cholesky(K + (softplus(noise) + 1e-6) * torch.eye(n, dtype=K.dtype))
    alpha = torch.cholesky_solve(y[:, None], L)
    fit = 0.5 * (y[None] @ alpha).squeeze()
    return fit + L.diagonal().log().sum() + 0.5 * n * math.log(2 * math.pi)


def load(seed, n):
    rng = np.random.RandomState(seed)
    x = np.sort(rng.uniform(-3, 3, size=(n, 1)), axis=0)
    y = np.sin(2 * x[:, 0]) + 0.1 * rng.randn(n)
    return torch.from_numpy(x), torch.from_numpy(y)


def main(n_iter=25):
    x, y = load(0, 40)
    raw_len = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    raw_amp = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    raw_noise = torch.tensor(-2.0, dtype=torch.float64, requires_grad=True)
    hypers = [raw_len, raw_amp, raw_noise]
    opt = torch.optim.Adam(hypers, lr=0.1)

    for it in range(n_iter):
        K = rbf(x, x, raw_len, raw_amp)
        nll = neg_log_marginal(K, raw_noise, y)
        opt.zero_grad()
        nll.backward()
        opt.step()
        if it % 8 == 0:
            vals = ", ".join(f"{softplus(h.detach()).item():.3f}" for h in hypers)
            print(f"it {it:3d} nll {nll.item():8.3f}  (len, amp, noise) = {vals}")

    with torch.no_grad():
        K = rbf(x, x, raw_len, raw_amp)
        xs = torch.linspace(-3, 3, 7, dtype=torch.float64)[:, None]
        ks = rbf(xs, x, raw_len, raw_amp)
        mean = ks @ torch.linalg.solve(K + softplus(raw_noise) * torch.eye(len(y), dtype=K.dtype), y)
    print("posterior mean:", np.round(mean.numpy(), 2))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 25)
