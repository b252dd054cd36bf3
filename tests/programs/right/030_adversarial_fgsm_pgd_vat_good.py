import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def fgsm(model, x, y, eps):
    x = x.detach().clone().requires_grad_(True)
    loss = F.cross_entropy(model(x), y)
    (g,) = torch.autograd.grad(loss, x)
    return (x + eps * g.sign()).detach().clamp(0, 1)


def pgd(model, x, y, eps, alpha, steps):
    delta = torch.empty_like(x).uniform_(-eps, eps).requires_grad_(True)
    for _ in range(steps):
        loss = F.cross_entropy(model(x + delta), y)
        loss.backward()
        with torch.no_grad():
            delta.add_(alpha * delta.grad.sign()).clamp_(-eps, eps)
            delta.copy_((x + delta).clamp(0, 1) - x)
        delta.grad.zero_()
    return (x + delta).detach()


def _l2(d):
    return d / (d.flatten(1).norm(dim=1).view(-1, *[1] * (d.dim() - 1)) + 1e-8)


def vat_loss(model, x, xi=1e-1, eps=0.3, iters=1):
    with torch.no_grad():
        p = model(x).softmax(-1)
    d = _l2(torch.randn_like(x))
    for _ in range(iters):
        d.requires_grad_()
        kl = F.kl_div(model(x + xi * d).log_softmax(-1), p, reduction="batchmean")
        (g,) = torch.autograd.grad(kl, d)
        d = _l2(g)
    return F.kl_div(model(x + eps * d.detach()).log_softmax(-1), p, reduction="batchmean")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 8, 3, padding=1)
        self.c2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc = nn.Linear(16 * 4, 4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 2)
        return self.fc(x.flatten(1))


def quadrant_images(n):
    y = torch.randint(0, 4, (n,))
    x = torch.rand(n, 1, 8, 8) * 0.4
    for q in range(4):
        r, c = divmod(q, 2)
        x[y == q, :, r * 4:r * 4 + 4, c * 4:c * 4 + 4] += 0.4
    return x, y


def robust_acc(model, attack, n=200):
    model.eval()
    x, y = quadrant_images(n)
    adv = attack(model, x, y) if attack is not None else x
    model.zero_grad(set_to_none=True)
    with torch.no_grad():
        return (model(adv).argmax(1) == y).float().mean().item()


def train(steps=60):
    torch.manual_seed(0)
    model = Net()
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for step in range(steps):
        x, y = quadrant_images(64)
        model.eval()
        adv = pgd(model, x, y, eps=0.1, alpha=0.04, steps=3)
        model.train()
        opt.zero_grad()  # also drops what the attack left on the weights
        clean, robust = F.cross_entropy(model(x), y), F.cross_entropy(model(adv), y)
        vat = vat_loss(model, x)
        (0.5 * clean + 0.5 * robust + 0.1 * vat).backward()
        opt.step()
        if step % 20 == 0:
            print(f"{step}: clean {clean.item():.3f} adv {robust.item():.3f} vat {vat.item():.4f}")
    return model


if __name__ == "__main__":
    m = train()
    for name, atk in [("clean", None), ("fgsm", lambda m, x, y: fgsm(m, x, y, 0.1)),
                      ("pgd", lambda m, x, y: pgd(m, x, y, 0.1, 0.03, 5))]:
        print(name, robust_acc(m, atk))
