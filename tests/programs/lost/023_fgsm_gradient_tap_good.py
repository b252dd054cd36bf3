"""FGSM against a tiny linear-conv model; the input gradient is tapped with a hook."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class GradientTap:
    """Keeps the last gradient that arrives at a tensor."""

    def __init__(self):
        self.value = None

    def attach(self, tensor):
        return tensor.register_hook(self._save)

    def _save(self, grad):
        self.value = grad.clone()


def build():
    return nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6 * 36, 2)
    )


def bars(n):
    """Horizontal (0) or vertical (1) bar at a random place."""
    y = torch.randint(0, 2, (n,))
    x = 0.2 * torch.rand(n, 1, 12, 12)
    for i in range(n):
        k = int(torch.randint(0, 12, ()))
        if y[i] == 0:
            x[i, 0, k, :] += 0.7
        else:
            x[i, 0, :, k] += 0.7
    return x.clamp(0, 1), y


def fgsm(model, x, y, eps):
    tap = GradientTap()
    adv = x.clone()
    adv.requires_grad_(True)
    handle = tap.attach(adv)
    loss = F.cross_entropy(model(adv), y)
    model.zero_grad()
    loss.backward()
    handle.remove()
    return (x + eps * tap.value.sign()).clamp(0, 1)


def accuracy(model, x, y):
    with torch.no_grad():
        return (model(x).argmax(1) == y).float().mean().item()


def main():
    torch.manual_seed(0)
    model = build()
    opt = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(40):
        x, y = bars(64)
        opt.zero_grad()
        F.cross_entropy(model(x), y).backward()
        opt.step()
    x, y = bars(200)
    clean = accuracy(model, x, y)
    adv = accuracy(model, fgsm(model, x, y, eps=0.3), y)
    print(f"clean {clean:.2f}  adversarial {adv:.2f}")
    assert adv <= clean


main()
