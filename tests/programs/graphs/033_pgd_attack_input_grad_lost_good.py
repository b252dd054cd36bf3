import contextlib

import torch
import torch.nn as nn
import torch.nn.functional as F


@contextlib.contextmanager
def frozen(model):
    flags = [p.requires_grad for p in model.parameters()]
    was_training = model.training
    model.eval().requires_grad_(False)
    try:
        yield model
    finally:
        for p, f in zip(model.parameters(), flags):
            p.requires_grad_(f)
        model.train(was_training)


def pgd(model, x, y, eps=0.3, alpha=0.1, steps=5):
    x_adv = (x + torch.empty_like(x).uniform_(-eps, eps)).requires_grad_(True)
    with frozen(model):
        for _ in range(steps):
            loss = F.cross_entropy(model(x_adv), y)
            grad, = torch.autograd.grad(loss, [x_adv])
            x_adv = x_adv.detach() + alpha * grad.sign()
            x_adv = torch.min(torch.max(x_adv, x - eps), x + eps)
            x_adv.requires_grad_(True)
    return x_adv.detach()


def adversarial_training(model, data, optimizer, epochs=2):
    for epoch in range(epochs):
        clean_ok = adv_ok = total = 0
        for x, y in data:
            x_adv = pgd(model, x, y)
            optimizer.zero_grad()
            logits_clean, logits_adv = model(x), model(x_adv)
            loss = 0.5 * (F.cross_entropy(logits_clean, y) + F.cross_entropy(logits_adv, y))
            loss.backward()
            optimizer.step()
            clean_ok += (logits_clean.argmax(1) == y).sum().item()
            adv_ok += (logits_adv.argmax(1) == y).sum().item()
            total += len(y)
        print(f"epoch {epoch}: clean {clean_ok / total:.2f} robust {adv_ok / total:.2f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    xs = torch.randn(96, 10)
    ys = (xs[:, 0] * xs[:, 1] > 0).long()
    net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
    adversarial_training(net, list(zip(xs.split(24), ys.split(24))), torch.optim.Adam(net.parameters(), 1e-2))
