"""Exact GP regression by maximising the marginal likelihood."""
import math
import torch
from torch import optim


class RBFKernel:
    def __init__(self):
        self.log_length = torch.zeros((), requires_grad=True)
        self.log_scale = torch.zeros((), requires_grad=True)

    def parameters(self):
        return [self.log_length, self.log_scale]

    def __call__(self, a, b):
        d2 = (a.unsqueeze(1) - b.unsqueeze(0)).pow(2).sum(-1)
        return self.log_scale.exp() * torch.exp(-0.5 * d2 / self.log_length.exp() ** 2)


def nll(K, y, log_noise):
    n = len(y)
    L = torch.linalg.cholesky(K + (log_noise.exp() + 1e-5) * torch.eye(n))
    alpha = torch.cholesky_solve(y.unsqueeze(1), L).squeeze(1)
    return 0.5 * y @ alpha + L.diagonal().log().sum() + 0.5 * n * math.log(2 * math.pi)


def fit_gp(x, y, iters=30, lr=0.05):
    kernel = RBFKernel()
    log_noise = torch.tensor(-2.0, requires_grad=True)
    opt = optim.Adam(kernel.parameters() + [log_noise], lr=lr)
    i = 0
    while i < iters:
        opt.zero_grad()
        K = kernel(x, x)
        loss = nll(K, y, log_noise)
        loss.backward()
        opt.step()
        if i % 10 == 0:
            print(f"iter {i:3d}  nll {loss.item():.3f}  length {kernel.log_length.exp().item():.3f}")
        i += 1
    return kernel, log_noise


if __name__ == "__main__":
    torch.manual_seed(0)
    xs = torch.linspace(-3, 3, 25).unsqueeze(1)
    ys = torch.sin(2 * xs).squeeze(1) + 0.1 * torch.randn(25)
    fit_gp(xs, ys)
