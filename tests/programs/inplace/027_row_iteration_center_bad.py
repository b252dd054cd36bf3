"""Prototypical network; class prototypes are re-centred row by row."""
import torch as th
import torch.nn.functional as F
from torch import nn


class Embedder(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(d_in, 32), nn.ReLU(), nn.Linear(32, d_out))

    def forward(self, x):
        return self.f(x)


def class_means(z, y, n_way):
    return th.stack([z[y == c].mean(0) for c in range(n_way)])


def recenter(protos, shrink):
    center = protos.mean(0)
    for row in protos:
        row.sub_(shrink * center)  # expect: AGL103  # raises: is a view and is being modified inplace
    return protos


def episode(n_way=4, k_shot=3, n_query=5, d=10):
    centers = th.randn(n_way, d) * 2
    ys = th.arange(n_way).repeat_interleave(k_shot)
    yq = th.arange(n_way).repeat_interleave(n_query)
    return (centers[ys] + th.randn(len(ys), d), ys), (centers[yq] + th.randn(len(yq), d), yq)


def proto_loss(model, support, query, n_way=4, shrink=0.1):
    xs, ys = support
    xq, yq = query
    protos = recenter(class_means(model(xs), ys, n_way), shrink)
    dist = th.cdist(model(xq), protos) ** 2
    logits = -dist
    acc = (logits.argmax(1) == yq).float().mean()
    return F.cross_entropy(logits, yq), acc.item()


if __name__ == '__main__':
    th.manual_seed(0)
    net = Embedder(10, 6)
    opt = th.optim.Adam(net.parameters(), lr=1e-3)
    for ep in range(4):
        loss, acc = proto_loss(net, *episode())
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(f'episode {ep}: loss={loss.item():.3f} acc={acc:.2f}')
