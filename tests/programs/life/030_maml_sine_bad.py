"""MAML on sinusoid regression, functional style."""
import argparse
import math
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")


def init_params(width=32):
    shapes = [(width, 1), (width,), (width, width), (width,), (1, width), (1,)]
    params = []
    for s in shapes:
        p = torch.zeros(s) if len(s) == 1 else torch.randn(s) * math.sqrt(2.0 / s[1])
        params.append(p.requires_grad_())
    return params


def net(x, w):
    h = F.relu(F.linear(x, w[0], w[1]))
    h = F.relu(F.linear(h, w[2], w[3]))
    return F.linear(h, w[4], w[5])


class SineTask:
    def __init__(self):
        self.amp = 0.1 + 4.9 * torch.rand(())
        self.phase = math.pi * torch.rand(())

    def draw(self, k):
        x = 10 * torch.rand(k, 1) - 5
        return x, self.amp * torch.sin(x + self.phase)


def adapt(w, x, y, inner_lr, steps):
    fast = list(w)
    for _ in range(steps):
        inner = F.mse_loss(net(x, fast), y)
        grads = torch.autograd.grad(inner, fast, create_graph=True)
        fast = [p - inner_lr * g for p, g in zip(fast, grads)]
    return fast


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--meta-iters", type=int, default=15)
    ap.add_argument("--tasks", type=int, default=4)
    ap.add_argument("--shots", type=int, default=10)
    ap.add_argument("--inner-lr", type=float, default=0.01)
    ap.add_argument("--inner-steps", type=int, default=2)
    ap.add_argument("--meta-lr", type=float, default=1e-3)
    cfg = ap.parse_args()

    torch.manual_seed(9)
    theta = init_params()
    meta_opt = torch.optim.Adam(theta, lr=cfg.meta_lr)
    for it in range(cfg.meta_iters):
        query_losses = []
        for _ in range(cfg.tasks):
            task = SineTask()
            fast = adapt(theta, *task.draw(cfg.shots), cfg.inner_lr, cfg.inner_steps)
            xq, yq = task.draw(cfg.shots)
            query_losses.append(F.mse_loss(net(xq, fast), yq))
        meta_loss = torch.stack(query_losses).mean()
        meta_opt.zero_grad()
        meta_loss.backward(create_graph=True)  # expect: AGL208
        meta_opt.step()
        if it % 5 == 0:
            print(f"meta-iter {it:3d}  query mse {meta_loss.item():.3f}")
    assert all(p.grad.requires_grad for p in theta)


if __name__ == "__main__":
    main()
