"""Domain-adversarial training with a gradient reversal layer."""
import copy

import torch
import torch.nn.functional as F
from torch import nn


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lam):
        ctx.lam = lam
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -ctx.lam * grad, None


class Domains:
    """Source and target differ by a rotation of the input plane."""

    def __init__(self, n, angle, seed):
        g = torch.Generator().manual_seed(seed)
        self.xs, self.ys = self._draw(n, g)
        xt, self.yt = self._draw(n, g)
        a = torch.tensor(angle)
        rot = torch.stack([torch.stack([a.cos(), -a.sin()]), torch.stack([a.sin(), a.cos()])])
        self.xt = xt @ rot.t()

    @staticmethod
    def _draw(n, g):
        y = torch.randint(0, 2, (n,), generator=g)
        x = torch.randn(n, 2, generator=g) * 0.5
        x[:, 0] += 2.0 * y - 1.0
        return x, y

    def pairs(self, size):
        order_s, order_t = torch.randperm(len(self.xs)), torch.randperm(len(self.xt))
        for i, j in zip(order_s.split(size), order_t.split(size)):
            yield self.xs[i], self.ys[i], self.xt[j]


class DANN:
    def __init__(self, hidden=16, lr=0.02):
        self.features = nn.Sequential(nn.Linear(2, hidden), nn.ReLU())
        self.classifier = nn.Linear(hidden, 2)
        self.domain = nn.Sequential(nn.Linear(hidden, 8), nn.ReLU(), nn.Linear(8, 1))
        self.opt_features = torch.optim.SGD(self.features.parameters(), lr=lr)
        self.opt_classifier = torch.optim.SGD(self.classifier.parameters(), lr=lr)
        self.opt_domain = torch.optim.SGD(self.domain.parameters(), lr=lr)

    def loss(self, xs, ys, xt, lam):
        fs, ft = self.features(xs), self.features(xt)
        task = F.cross_entropy(self.classifier(fs), ys)
        both = Reverse.apply(torch.cat([fs, ft]), lam)
        origin = torch.cat([torch.zeros(len(xs), 1), torch.ones(len(xt), 1)])
        adversarial = F.binary_cross_entropy_with_logits(self.domain(both), origin)
        return task + adversarial, task.item(), adversarial.item()

    def reset_gradients(self):
        self.opt_features.zero_grad()
        self.opt_classifier.zero_grad()
        self.opt_classifier.zero_grad()  # expect: AGL312

    def train_step(self, xs, ys, xt, lam):
        self.reset_gradients()
        total, task, adversarial = self.loss(xs, ys, xt, lam)
        total.backward()
        self.opt_features.step()
        self.opt_classifier.step()
        self.opt_domain.step()
        return task, adversarial

    @torch.no_grad()
    def accuracy(self, x, y):
        return (self.classifier(self.features(x)).argmax(1) == y).float().mean().item()


def main(epochs=6):
    torch.manual_seed(70)
    data, dann = Domains(120, angle=0.5, seed=70), DANN()
    for epoch in range(epochs):
        lam = 2 / (1 + pow(2.718281828, -5 * epoch / epochs)) - 1
        for batch in data.pairs(24):
            task, adv = dann.train_step(*batch, lam)
        print(f"{epoch}: task {task:.3f} dom {adv:.3f} target acc {dann.accuracy(data.xt, data.yt):.3f}")

    batch = next(data.pairs(24))
    old = dann.domain[2].bias.grad.clone()
    twin = copy.deepcopy(dann)
    (fresh,) = torch.autograd.grad(twin.loss(*batch, 0.5)[0], [twin.domain[2].bias])
    dann.train_step(*batch, 0.5)
    assert torch.allclose(dann.domain[2].bias.grad, old + fresh, atol=1e-5)
    assert old.abs().item() > 1e-4


if __name__ == "__main__":
    main()
