"""RealNVP density estimation on two moons."""
import math

import torch
import torch.nn as nn


class AffineCoupling(nn.Module):
    def __init__(self, dim, hidden, flip):
        super().__init__()
        self.flip = flip
        self.net = nn.Sequential(nn.Linear(dim // 2, hidden), nn.Tanh(), nn.Linear(hidden, dim))

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        if self.flip:
            a, b = b, a
        log_s, t = self.net(a).chunk(2, dim=1)
        log_s = torch.tanh(log_s)
        b = b * log_s.exp() + t
        out = torch.cat([b, a] if self.flip else [a, b], dim=1)
        return out, log_s.sum(dim=1)


class RealNVP(nn.Module):
    def __init__(self, dim=2, hidden=32, n_layers=4):
        super().__init__()
        self.layers = nn.ModuleList([AffineCoupling(dim, hidden, k % 2 == 1) for k in range(n_layers)])
        self.log_z = -0.5 * dim * math.log(2 * math.pi)

    def log_prob(self, x):
        logdet = torch.zeros(len(x))
        for layer in self.layers:
            x, ld = layer(x)
            logdet = logdet + ld
        return self.log_z - 0.5 * x.pow(2).sum(1) + logdet


class Updater:
    """Backward, clip and step in one place, shared by all our scripts."""

    def __init__(self, params, lr, max_norm=None):
        self.params = list(params)
        self.opt = torch.optim.Adam(self.params, lr=lr)
        self.max_norm = max_norm
        self.n_calls = 0

    def __call__(self, loss):
        self.opt.zero_grad()
        loss.backward()
        if self.max_norm is not None:
            nn.utils.clip_grad_norm_(self.params, self.max_norm)
        self.opt.step()
        self.n_calls += 1
        return loss.item()


class Square(torch.autograd.Function):
    """x**2 whose node we can ask afterwards whether its buffers were freed."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


def graph_freed(node):
    try:
        node.saved_tensors
    except RuntimeError:
        return True
    return False


def two_moons(n):
    theta = torch.rand(n) * math.pi
    side = (torch.rand(n) < 0.5).float()
    x = theta.cos() * (1 - 2 * side) + side
    y = theta.sin() * (1 - 2 * side) + 0.5 * side
    return torch.stack([x, y], 1) + 0.05 * torch.randn(n, 2)


def main():
    torch.manual_seed(13)
    flow = RealNVP()
    update = Updater(flow.parameters(), lr=2e-3, max_norm=5.0)
    scale = 1e-3
    for it in range(30):
        logp = flow.log_prob(two_moons(128))
        reg = Square.apply(logp.mean())
        value = update(-logp.mean() + scale * reg)
        assert graph_freed(reg.grad_fn)
        if it % 10 == 0:
            print(f"{it:3d} loss {value:.3f}")


if __name__ == "__main__":
    main()
