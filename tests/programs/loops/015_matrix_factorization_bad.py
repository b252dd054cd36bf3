"""Explicit-feedback recommender with one optimizer per parameter family."""
import copy

import torch
from torch import nn


class MF(nn.Module):
    def __init__(self, n_users, n_items, rank):
        super().__init__()
        self.user = nn.Embedding(n_users, rank)
        self.item = nn.Embedding(n_items, rank)
        self.user_bias = nn.Embedding(n_users, 1)
        self.item_bias = nn.Embedding(n_items, 1)
        self.mu = nn.Parameter(torch.zeros(()))
        for emb in (self.user, self.item):
            nn.init.normal_(emb.weight, std=0.1)
        for emb in (self.user_bias, self.item_bias):
            nn.init.zeros_(emb.weight)

    def forward(self, u, i):
        dot = (self.user(u) * self.item(i)).sum(-1)
        return self.mu + dot + self.user_bias(u).squeeze(-1) + self.item_bias(i).squeeze(-1)


class MultiOptimizer:
    """Behaves like a single optimizer over several."""

    def __init__(self, *optimizers):
        self.optimizers = list(optimizers)

    def zero_grad(self):
        for opt in self.optimizers:
            opt.zero_grad  # expect: AGL305

    def step(self):
        for opt in self.optimizers:
            opt.step()

    def scale_lr(self, factor):
        for opt in self.optimizers:
            for group in opt.param_groups:
                group["lr"] *= factor


def split_parameters(model):
    factors, biases = [], []
    for name, p in model.named_parameters():
        (biases if "bias" in name or name == "mu" else factors).append(p)
    return factors, biases


def make_ratings(n_users=20, n_items=15, n=300):
    gen = torch.Generator().manual_seed(4)
    p = torch.randn(n_users, 3, generator=gen)
    q = torch.randn(n_items, 3, generator=gen)
    u = torch.randint(0, n_users, (n,), generator=gen)
    i = torch.randint(0, n_items, (n,), generator=gen)
    r = 3.5 + (p[u] * q[i]).sum(-1) * 0.5 + 0.1 * torch.randn(n, generator=gen)
    return u, i, r


def one_pass(model, opt, ratings, batch=50):
    u, i, r = ratings
    sq = 0.0
    for idx in torch.randperm(len(r)).split(batch):
        opt.zero_grad()
        err = model(u[idx], i[idx]) - r[idx]
        loss = err.square().mean()
        loss.backward()
        opt.step()
        sq += err.detach().square().sum().item()
    return (sq / len(r)) ** 0.5


def main():
    torch.manual_seed(8)
    ratings = make_ratings()
    model = MF(20, 15, rank=4)
    factors, biases = split_parameters(model)
    opt = MultiOptimizer(
        torch.optim.SGD(factors, lr=0.02),
        torch.optim.SGD(biases, lr=0.01),
    )
    for epoch in range(4):
        rmse = one_pass(model, opt, ratings)
        opt.scale_lr(0.9)
        print(f"epoch {epoch} rmse {rmse:.4f}")

    stale, twin = model.mu.grad.clone(), copy.deepcopy(model)
    u, i, r = ratings
    (expected,) = torch.autograd.grad((twin(u, i) - r).square().mean(), [twin.mu])
    one_pass(model, opt, ratings, batch=len(r))
    assert torch.allclose(model.mu.grad, stale + expected, atol=1e-4)
    assert stale.abs() > 1e-3


if __name__ == "__main__":
    main()
