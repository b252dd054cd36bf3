import torch
from torch import nn
import torch.nn.functional as F


class GraphEncoder(nn.Module):
    def __init__(self, d_in, d_hid):
        super().__init__()
        self.w1 = nn.Linear(d_in, d_hid)
        self.w2 = nn.Linear(d_hid, d_hid)

    def forward(self, x, adj):
        h = F.elu(self.w1(adj @ x))
        return self.w2(adj @ h)


class LinkPredictor(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, 1))

    def forward(self, h, pairs):
        return self.mlp(h[pairs[0]] * h[pairs[1]]).squeeze(-1)


def normalized_adjacency(edges, n):
    a = torch.eye(n)
    a[edges[0], edges[1]] = 1.0
    a[edges[1], edges[0]] = 1.0
    d = a.sum(1).rsqrt()
    return d[:, None] * a * d[None, :]


def negative_pairs(n, k):
    return torch.randint(0, n, (2, k))


def train(encoder, predictor, x, adj, pos_edges, optimizer, batch_size=16, epochs=2):
    n = x.size(0)
    for epoch in range(epochs):
        total, count = 0.0, 0
        for idx in torch.randperm(pos_edges.size(1)).split(batch_size):
            h = encoder(x, adj)
            pos = predictor(h, pos_edges[:, idx])
            neg = predictor(h, negative_pairs(n, len(idx)))
            loss = F.softplus(-pos).mean() + F.softplus(neg).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(idx)
            count += len(idx)
        yield total / count


def main():
    torch.manual_seed(0)
    n = 25
    x = torch.randn(n, 6)
    edges = torch.randint(0, n, (2, 64))
    enc, pred = GraphEncoder(6, 12), LinkPredictor(12)
    params = [*enc.parameters(), *pred.parameters()]
    opt = torch.optim.Adam(params, lr=1e-2)
    for e, l in enumerate(train(enc, pred, x, normalized_adjacency(edges, n), edges, opt)):
        print("epoch", e, "loss", l)


if __name__ == "__main__":
    main()
