import torch
from torch import nn, optim
from torch.nn import functional as F


class MessagePassing(nn.Module):
    """Base class: subclasses define message() and update()."""

    def __init__(self, node_dim):
        super().__init__()
        self.register_buffer("base", torch.zeros(1, node_dim))

    def message(self, x_src, x_dst, e):
        raise NotImplementedError

    def update(self, x, agg):
        raise NotImplementedError

    def propagate(self, x, edges, e):
        src, dst = edges[0], edges[1]
        m = self.message(x[src], x[dst], e)
        agg = self.base.repeat(x.size(0), 1)
        agg.index_add_(0, dst, m)
        return self.update(x, agg)


class EdgeConv(MessagePassing):
    def __init__(self, node_dim, edge_dim):
        super().__init__(node_dim)
        self.msg = nn.Sequential(nn.Linear(2 * node_dim + edge_dim, 32), nn.ReLU(), nn.Linear(32, node_dim))
        self.upd = nn.GRUCell(node_dim, node_dim)

    def message(self, x_src, x_dst, e):
        return self.msg(torch.cat([x_src, x_dst - x_src, e], dim=-1))

    def update(self, x, agg):
        return self.upd(agg, x)

    def forward(self, x, edges, e):
        return self.propagate(x, edges, e)


class MPNN(nn.Module):
    def __init__(self, dim=12, edge_dim=3, rounds=3):
        super().__init__()
        self.conv = EdgeConv(dim, edge_dim)
        self.rounds = rounds
        self.readout = nn.Linear(dim, 1)

    def forward(self, g):
        x = g["x"]
        for _ in range(self.rounds):
            x = self.conv(x, g["edges"], g["e"])
        return self.readout(x.sum(0))


def molecule(n=9, m=20, dim=12):
    return {"x": torch.randn(n, dim), "edges": torch.randint(n, (2, m)), "e": torch.randn(m, 3), "y": torch.randn(1)}


if __name__ == "__main__":
    torch.manual_seed(0)
    net = MPNN()
    opt = optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(2):
        for g in [molecule() for _ in range(4)]:
            loss = F.l1_loss(net(g), g["y"])
            opt.zero_grad()
            loss.backward()
            opt.step()
        print("epoch", epoch, loss.item())
