import torch as th
import torch.nn as nn
from torch.nn.functional import cross_entropy


class ClassBalanced:
    """Weights for the samples of a batch, by the effective number of samples of the class."""

    def __init__(self, counts, beta=0.99):
        eff = 1 - th.pow(beta, counts.float())
        self.w = (1 - beta) / eff
        self.w = self.w / self.w.sum() * len(counts)

    def __call__(self, y):
        w = self.w[y]
        return w / w.sum()


def train(model, x, y, epochs=5, batch=30):
    balance = ClassBalanced(th.bincount(y))
    optimizer = th.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(epochs):
        for idx in th.randperm(len(x)).split(batch):
            per_sample = cross_entropy(model(x[idx]), y[idx], reduction="none")
            optimizer.zero_grad()
            per_sample.backward(gradient=balance(y[idx]))
            optimizer.step()
        print(f"epoch {epoch}: {per_sample.mean().item():.4f}")


def saliency(model, x):
    x = x.clone().requires_grad_(True)
    scores = model(x).max(dim=1).values
    (g,) = th.autograd.grad(scores, x, grad_outputs=th.ones_like(scores))
    return g.abs().mean(0)


def main():
    th.manual_seed(0)
    x = th.randn(120, 5)
    y = (x[:, 0] > 0.8).long() + (x[:, 1] > 1.2).long()
    model = nn.Sequential(nn.Linear(5, 20), nn.Tanh(), nn.Linear(20, 3))
    train(model, x, y)
    print("saliency", [round(v, 3) for v in saliency(model, x).tolist()])


main()
