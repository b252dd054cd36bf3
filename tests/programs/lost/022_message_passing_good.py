"""Node classification with a plain message passing net (edge list, no torch_geometric)."""
import torch
from torch import nn


def scatter_mean(src, index, n):
    total = torch.zeros(n, src.shape[1]).index_add(0, index, src)
    deg = torch.zeros(n).index_add(0, index, torch.ones(index.shape[0]))
    return total / deg.clamp(min=1).unsqueeze(1)


class MPLayer(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.msg = nn.Linear(2 * d_in, d_out)
        self.upd = nn.Linear(d_in + d_out, d_out)

    def message(self, h, src, dst):
        return torch.relu(self.msg(torch.cat([h[src], h[dst]], dim=1)))

    def forward(self, h, edge_index):
        src, dst = edge_index
        m = self.message(h, src, dst)
        agg = scatter_mean(m, dst, h.shape[0])
        return torch.relu(self.upd(torch.cat([h, agg], dim=1)))


class GNN(nn.Module):
    def __init__(self, d_in, d_hid, n_cls, layers=2):
        super().__init__()
        dims = [d_in] + [d_hid] * layers
        self.convs = nn.ModuleList([MPLayer(a, b) for a, b in zip(dims, dims[1:])])
        self.cls = nn.Linear(d_hid, n_cls)

    def forward(self, x, edge_index):
        for conv in self.convs:
            x = conv(x, edge_index)
        return self.cls(x)


def sbm(n=90, k=3, p_in=0.25, p_out=0.02):
    label = torch.arange(n) % k
    same = label[:, None] == label[None, :]
    prob = torch.where(same, torch.tensor(p_in), torch.tensor(p_out))
    adj = torch.triu(torch.rand(n, n) < prob, diagonal=1)
    adj = adj | adj.t()
    x = nn.functional.one_hot(label, k).float() * 0.5 + torch.randn(n, k)
    return x, adj.nonzero().t(), label


torch.manual_seed(4)
x, edge_index, y = sbm()
train_mask = torch.rand(len(y)) < 0.3
model = GNN(3, 16, 3)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
msg_before = [c.msg.weight.detach().clone() for c in model.convs]

for epoch in range(80):
    model.train()
    optimizer.zero_grad()
    out = model(x, edge_index)
    loss = nn.functional.cross_entropy(out[train_mask], y[train_mask])
    loss.backward()
    optimizer.step()

model.eval()
with torch.no_grad():
    acc = (model(x, edge_index).argmax(1) == y)[~train_mask].float().mean().item()
print("loss %.3f  test acc %.3f" % (loss.item(), acc))
for conv, w0 in zip(model.convs, msg_before):
    assert conv.msg.weight.grad is not None
    assert not torch.equal(conv.msg.weight, w0)
