import torch
from torch import nn


class WeightedGCNConv(nn.Module):
    """GCN layer with learned edge weights and symmetric normalisation."""

    def __init__(self, in_dim, out_dim, edge_dim):
        super().__init__()
        self.lin = nn.Linear(in_dim, out_dim)
        self.edge_gate = nn.Linear(edge_dim, 1)

    def edge_weight(self, edge_attr):
        return nn.functional.softplus(self.edge_gate(edge_attr)).squeeze(-1)

    def sym_norm(self, edge_index, w, n):
        src, dst = edge_index
        deg = torch.zeros(n, dtype=w.dtype).index_add(0, dst, w)
        root = torch.sqrt(deg + 1e-6)
        root[root < 1e-2] = 1.0  # expect: AGL102
        inv = 1.0 / root
        return inv[src] * w * inv[dst]

    def forward(self, x, edge_index, edge_attr):
        n = x.size(0)
        src, dst = edge_index
        norm = self.sym_norm(edge_index, self.edge_weight(edge_attr), n)
        msg = self.lin(x)[src] * norm.unsqueeze(-1)
        out = torch.zeros(n, msg.size(-1)).index_add(0, dst, msg)
        return out


class GCN(nn.Module):
    def __init__(self, dims, edge_dim):
        super().__init__()
        self.convs = nn.ModuleList([WeightedGCNConv(i, o, edge_dim) for i, o in zip(dims, dims[1:])])

    def forward(self, data):
        x = data["x"]
        for i, conv in enumerate(self.convs):
            x = conv(x, data["edge_index"], data["edge_attr"])
            if i + 1 < len(self.convs):
                x = x.relu()
        return x


def random_graph(n=20, e=60):
    ei = torch.randint(0, n, (2, e))
    ei[1].clamp_(max=n - 3)
    return dict(x=torch.randn(n, 5), edge_index=ei, edge_attr=torch.randn(e, 3), y=torch.randint(0, 2, (n,)))


torch.manual_seed(0)
graph = random_graph()
gcn = GCN([5, 16, 2], edge_dim=3)
optimizer = torch.optim.Adam(gcn.parameters(), lr=0.01, weight_decay=5e-4)
for epoch in range(5):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(gcn(graph), graph["y"])
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
    print(f"epoch {epoch:02d} loss {loss.item():.4f}")
