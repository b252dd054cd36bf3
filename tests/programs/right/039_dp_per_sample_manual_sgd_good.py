"""Differentially private training: per-sample gradients by vmap, clipping, noise, manual momentum SGD."""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import functional_call, grad, vmap

torch.set_num_threads(1)


def per_sample_grads(model, x, y):
    params = {k: v.detach() for k, v in model.named_parameters()}
    buffers = {k: v.detach() for k, v in model.named_buffers()}

    def loss_fn(p, b, xi, yi):
        out = functional_call(model, (p, b), (xi.unsqueeze(0),))
        return F.cross_entropy(out, yi.unsqueeze(0))

    return vmap(grad(loss_fn), in_dims=(None, None, 0, 0))(params, buffers, x, y)


def naive_per_sample(model, x, y):
    out = {n: [] for n, _ in model.named_parameters()}
    for xi, yi in zip(x, y):
        gs = torch.autograd.grad(F.cross_entropy(model(xi[None]), yi[None]), tuple(model.parameters()))
        for n, g in zip(out, gs):
            out[n].append(g)
    return {n: torch.stack(v) for n, v in out.items()}


class DPSGD:
    def __init__(self, model, lr, clip, sigma, momentum=0.9):
        self.model, self.lr, self.clip, self.sigma, self.momentum = model, lr, clip, sigma, momentum
        self.buf = {n: torch.zeros_like(p) for n, p in model.named_parameters()}

    @torch.no_grad()
    def step(self, grads):
        norms = torch.stack([g.flatten(1).norm(dim=1) for g in grads.values()], 1).norm(dim=1)
        factor = (self.clip / (norms + 1e-6)).clamp(max=1.0)
        n = len(norms)
        for name, p in self.model.named_parameters():
            g = torch.einsum("n,n...->...", factor, grads[name])
            g += self.sigma * self.clip * torch.randn_like(g)
            self.buf[name].mul_(self.momentum).add_(g / n)
            p -= self.lr * self.buf[name]
        return norms.mean().item(), (factor < 1).float().mean().item()


def confusion(model, x, y, k):
    model.eval()
    with torch.no_grad():
        pred = model(x).argmax(1)
    model.train()
    cm = np.zeros((k, k), dtype=int)
    np.add.at(cm, (y.numpy(), pred.numpy()), 1)
    return cm


def macro_f1(cm):
    tp = np.diag(cm)
    prec = tp / np.maximum(cm.sum(0), 1)
    rec = tp / np.maximum(cm.sum(1), 1)
    return float(np.mean(2 * prec * rec / np.maximum(prec + rec, 1e-9)))


if __name__ == "__main__":
    torch.manual_seed(0)
    centers = torch.randn(3, 6) * 2
    y = torch.randint(0, 3, (600,))
    x = centers[y] + torch.randn(600, 6)
    model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 3))

    a, b = per_sample_grads(model, x[:5], y[:5]), naive_per_sample(model, x[:5], y[:5])
    assert all(torch.allclose(a[k], b[k], atol=1e-5) for k in a)

    opt = DPSGD(model, lr=0.2, clip=1.0, sigma=0.5)
    for epoch in range(4):
        for idx in torch.randperm(480).split(48):
            norm, clipped = opt.step(per_sample_grads(model, x[idx], y[idx]))
        cm = confusion(model, x[480:], y[480:], 3)
        print(f"epoch {epoch} norm {norm:.2f} clipped {clipped:.2f} F1 {macro_f1(cm):.3f}")
