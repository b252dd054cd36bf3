import torch
import torch.nn as nn
import torch.nn.functional as F


class Backbone(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(d, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU())

    def forward(self, x):
        return self.layers(x)


class NoisyLabelClassifier(nn.Module):
    """Two heads: one fits clean labels, the other the corrupted ones."""

    def __init__(self, d=12, h=20, k=4):
        super().__init__()
        self.k = k
        self.backbone = Backbone(d, h)
        self.clean = nn.Linear(h, k)
        self.noisy = nn.Linear(h, k)

    def corrupt(self, y, rate):
        flip = torch.rand(y.shape) < rate
        y = y.clone()
        y[flip] = torch.randint(0, self.k, (int(flip.sum()),))
        return y

    def losses(self, x, y, rate=0.5):
        f = self.backbone(x)
        out = {"clean": F.cross_entropy(self.clean(f), y)}
        y_noisy = self.corrupt(y, rate)
        out["noisy"] = F.cross_entropy(self.noisy(f), y_noisy)
        return out


def progress(iterable, every=2):
    for i, item in enumerate(iterable):
        if i % every == 0:
            print("...", i)
        yield item


def loader(n, bs):
    for _ in range(n):
        yield torch.randn(bs, 12), torch.randint(0, 4, (bs,))


if __name__ == "__main__":
    torch.manual_seed(0)
    model = NoisyLabelClassifier()
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, y in progress(loader(4, 32)):
        losses = model.losses(x, y)
        total = losses["clean"] + 0.3 * losses["noisy"]
        opt.zero_grad()
        total.backward()
        opt.step()
        print({k: round(v.item(), 3) for k, v in losses.items()})
