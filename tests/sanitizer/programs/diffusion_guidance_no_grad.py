"""Classifier guidance inside of a sampler that has switched gradients off."""

import torch
from torch import nn

torch.manual_seed(0)
denoiser = nn.Sequential(nn.Linear(4, 16), nn.SiLU(), nn.Linear(16, 4))
classifier = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))


@torch.no_grad()
def sample(steps, label, scale=2.0):
    x = torch.randn(2, 4)
    for i in range(steps):
        x = x - 0.1 * denoiser(x) + scale * guidance(x, label)
    return x


def guidance(x, label):
    x = x.detach().requires_grad_()  # good: torch.set_grad_enabled(True); x = x.detach().requires_grad_()
    logp = classifier(x).log_softmax(-1)[:, label].sum()
    grad = torch.autograd.grad(logp, x)[0]  # good: grad = torch.autograd.grad(logp, x)[0]; torch.set_grad_enabled(False)  # expect: AGL204  # raises: does not require grad
    return grad


print(sample(3, 1).shape)
