"""Gaussian-process hyperparameters by marginal likelihood, optimizer chosen by name."""
import math
from dataclasses import dataclass, field

import torch
from torch import nn


@dataclass
class FitConfig:
    optimizer: str = "LBFGS"
    optimizer_args: dict = field(default_factory=lambda: dict(lr=0.3, max_iter=5))
    iterations: int = 6
    jitter: float = 1e-4


class RBFProcess(nn.Module):
    def __init__(self):
        super().__init__()
        self.raw_scale = nn.Parameter(torch.tensor(0.0))
        self.raw_amp = nn.Parameter(torch.tensor(0.0))
        self.raw_noise = nn.Parameter(torch.tensor(-1.0))

    def kernel(self, a, b):
        d2 = (a[:, None] - b[None, :]).square()
        return self.raw_amp.exp() * torch.exp(-0.5 * d2 / self.raw_scale.exp().square())

    def covariance(self, x, jitter):
        return self.kernel(x, x) + (self.raw_noise.exp().square() + jitter) * torch.eye(len(x))

    def nll(self, x, y, jitter):
        chol = torch.linalg.cholesky(self.covariance(x, jitter))
        alpha = torch.cholesky_solve(y[:, None], chol).squeeze(1)
        n = len(x)
        return (0.5 * y @ alpha + chol.diagonal().log().sum() + 0.5 * n * math.log(2 * math.pi)) / n

    @torch.no_grad()
    def predict(self, x, y, xs, jitter):
        k = self.covariance(x, jitter)
        return self.kernel(xs, x) @ torch.linalg.solve(k, y)


def build_optimizer(cfg, params):
    try:
        factory = getattr(torch.optim, cfg.optimizer)
    except AttributeError:
        raise ValueError(f"unknown optimizer {cfg.optimizer!r}") from None
    return factory(params, **cfg.optimizer_args)


class Fitter:
    def __init__(self, gp, x, y, cfg):
        self.gp, self.x, self.y, self.cfg = gp, x, y, cfg
        self.optimizer = build_optimizer(cfg, gp.parameters())
        self.curve = []

    def objective(self):
        self.optimizer.zero_grad()
        loss = self.gp.nll(self.x, self.y, self.cfg.jitter)
        loss.backward()
        return loss

    def iterate(self):
        loss = self.objective()
        self.optimizer.step()  # expect: AGL311  # raises: missing 1 required positional argument
        self.curve.append(loss.item())

    def run(self):
        for i in range(self.cfg.iterations):
            self.iterate()
            print(f"{i}: nll/n {self.curve[-1]:.4f}")
        return self.curve


def main():
    torch.manual_seed(61)
    x = torch.linspace(0, 6, 30)
    y = torch.sin(x) + 0.1 * torch.randn(30)
    gp = RBFProcess()
    cfg = FitConfig()
    curve = Fitter(gp, x, y, cfg).run()
    xs = torch.linspace(0.5, 5.5, 20)
    err = (gp.predict(x, y, xs, cfg.jitter) - torch.sin(xs)).abs().max().item()
    print(f"lengthscale {gp.raw_scale.exp().item():.3f} noise {gp.raw_noise.exp().item():.3f} max err {err:.3f}")
    assert curve[-1] < curve[0]


if __name__ == "__main__":
    main()
