import torch
from torch import nn
import torch.nn.functional as F


class HybridHead(nn.Module):
    """Predicts (mean, log-variance, mixture logits) from a single projection."""

    def __init__(self, d, k):
        super().__init__()
        self.k = k
        self.proj = nn.Linear(d, 3 * k)

    def forward(self, h):
        mu, logvar, logits = self.proj(h).tensor_split(3, dim=-1)
        logvar -= 1.0
        logits.mul_(0.5)
        return mu, logvar.clamp(-5, 5), logits


class MDN(nn.Module):
    def __init__(self, d_in=1, d_h=24, k=4):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(d_in, d_h), nn.Tanh(), nn.Linear(d_h, d_h), nn.Tanh())
        self.head = HybridHead(d_h, k)

    def forward(self, x):
        return self.head(self.body(x))

    def nll(self, x, y):
        mu, logvar, logits = self(x)
        comp = -0.5 * ((y - mu) ** 2 / logvar.exp() + logvar)
        return -torch.logsumexp(F.log_softmax(logits, -1) + comp, dim=-1).mean()


def inverse_sine(n):
    y = torch.rand(n, 1) * 2 - 1
    x = y + 0.3 * torch.sin(6.28 * y) + 0.05 * torch.randn(n, 1)
    return x, y


def train(model, optimizer, steps):
    log = []
    for _ in range(steps):
        loss = model.nll(*inverse_sine(64))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log.append(loss.item())
    return log


if __name__ == "__main__":
    torch.manual_seed(0)
    mdn = MDN()
    log = train(mdn, torch.optim.Adam(mdn.parameters(), lr=1e-2), 6)
    print("first %.3f last %.3f" % (log[0], log[-1]))
