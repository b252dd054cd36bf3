"""Domain adaptation (DANN style): the gradient of the domain branch is reversed with a hook."""
import torch
from torch import nn
import torch.nn.functional as F


class Extractor(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(5, d), nn.ReLU())
        self.context = nn.Linear(2, d)
        self.style = nn.Linear(d, d)

    def forward(self, x, meta):
        ctx = self.context(meta)
        feat = self.style(self.body(x))
        return feat, ctx


class DANN(nn.Module):
    def __init__(self, d=12, lam=0.5):
        super().__init__()
        self.extractor = Extractor(d)
        self.label = nn.Linear(d, 2)
        self.domain = nn.Linear(d, 2)
        self.lam = lam

    def forward(self, x, meta, reverse=True):
        feat, ctx = self.extractor(x, meta)
        y = self.label(feat)
        rev = feat.view_as(feat)
        if reverse and rev.requires_grad:
            rev.register_hook(lambda g: g.mul_(-self.lam))  # expect: AGL414
        # the context may help the domain classifier: it is not reversed
        d = self.domain(rev + ctx)
        return y, d


def batch(n=64):
    y = torch.randint(0, 2, (n,))
    d = torch.randint(0, 2, (n,))
    x = torch.randn(n, 5)
    x[:, 0] += 2.0 * y - 1
    x[:, 1] += 1.5 * d
    meta = torch.stack([d.float(), torch.ones(n)], dim=1) + 0.1 * torch.randn(n, 2)
    return x, meta, y, d


def train(model, steps=60):
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        x, meta, y, d = batch()
        out_y, out_d = model(x, meta)
        loss = F.cross_entropy(out_y, y) + F.cross_entropy(out_d, d)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return F.cross_entropy(out_d, d).item()


def context_grad(model, data, reverse):
    x, meta, _, d = data
    loss = F.cross_entropy(model(x, meta, reverse)[1], d)
    model.zero_grad()
    loss.backward()
    return model.extractor.context.weight.grad


if __name__ == "__main__":
    torch.manual_seed(0)
    model = DANN()
    data = batch()
    plain = context_grad(model, data, reverse=False)
    hooked = context_grad(model, data, reverse=True)
    print("domain loss after training", train(model))
    # the reversal has reached the context branch, which shares the gradient buffer
    assert torch.allclose(hooked, -model.lam * plain, atol=1e-6)
    assert not torch.allclose(hooked, plain, atol=1e-6)
