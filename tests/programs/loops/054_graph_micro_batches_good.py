from typing import Iterator, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F

Batch = Tuple[torch.Tensor, torch.Tensor]


def loader(x: torch.Tensor, y: torch.Tensor, size: int) -> Iterator[Batch]:
    perm = torch.randperm(len(x))
    for s in range(0, len(x), size):
        yield x[perm[s:s + size]], y[perm[s:s + size]]


def micro_batches(batch: Batch, parts: int) -> Iterator[Tuple[Batch, float]]:
    """Split a batch that does not fit and yield every part with its weight."""
    x, y = batch
    for xs, ys in zip(x.chunk(parts), y.chunk(parts)):
        yield (xs, ys), len(xs) / len(x)


class GraphConv(nn.Module):
    def __init__(self, fin, fout):
        super().__init__()
        self.self_lin = nn.Linear(fin, fout)
        self.nb_lin = nn.Linear(fin, fout, bias=False)

    def forward(self, h, adj):
        return self.self_lin(h) + self.nb_lin(adj @ h)


class GraphNet(nn.Module):
    """Fixed ring graph, graph-level regression."""

    def __init__(self, nodes=8, fin=3, hidden=20):
        super().__init__()
        ring = torch.roll(torch.eye(nodes), 1, 0)
        self.register_buffer("adj", (ring + ring.t()) / 2)
        self.g1, self.g2 = GraphConv(fin, hidden), GraphConv(hidden, hidden)
        self.readout = nn.Linear(hidden, 1)

    def forward(self, x):
        h = F.elu(self.g1(x, self.adj))
        h = F.elu(self.g2(h, self.adj))
        return self.readout(h.mean(1)).squeeze(-1)


def accumulate(model, optimizer, batch: Batch, parts: int) -> float:
    """Gradient of the whole batch, computed part by part."""
    total = 0.0
    optimizer.zero_grad()
    for (xs, ys), weight in micro_batches(batch, parts):
        loss = F.smooth_l1_loss(model(xs), ys) * weight
        loss.backward()
        total += loss.item()
    return total


def train(model, optimizer, x, y, epochs=5, batch_size=64, parts=4):
    for epoch in range(epochs):
        model.train()
        log = []
        for batch in loader(x, y, batch_size):
            log.append(accumulate(model, optimizer, batch, parts))
            optimizer.step()
        print(f"epoch {epoch}: loss {sum(log) / len(log):.5f}")


def r2(model, x, y):
    model.eval()
    with torch.no_grad():
        res = (model(x) - y).pow(2).sum()
    return (1 - res / (y - y.mean()).pow(2).sum()).item()


def main():
    torch.manual_seed(35)
    x = torch.randn(700, 8, 3)
    y = (x[..., 0] * torch.roll(x[..., 1], 1, dims=1)).mean(1) + x[..., 2].mean(1)
    model = GraphNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    train(model, optimizer, x[:560], y[:560])
    print(f"held-out R2 {r2(model, x[560:], y[560:]):.3f}")


if __name__ == "__main__":
    main()
