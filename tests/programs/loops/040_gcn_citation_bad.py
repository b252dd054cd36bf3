"""Graph convolution on a planted-partition graph, full batch."""
import torch
import torch.nn.functional as F
from torch import nn


def planted_partition(n_per=20, blocks=3, p_in=0.3, p_out=0.02):
    n = n_per * blocks
    y = torch.arange(n) // n_per
    same = y[:, None] == y[None, :]
    prob = torch.where(same, torch.tensor(p_in), torch.tensor(p_out))
    upper = torch.triu((torch.rand(n, n) < prob).float(), diagonal=1)
    adj = upper + upper.t() + torch.eye(n)
    d = adj.sum(1).pow(-0.5)
    return d[:, None] * adj * d[None, :], y


class GraphConv(nn.Module):
    def __init__(self, fin, fout):
        super().__init__()
        self.weight = nn.Parameter(nn.init.xavier_uniform_(torch.empty(fin, fout)))
        self.bias = nn.Parameter(torch.zeros(fout))

    def forward(self, x, a):
        return a @ (x @ self.weight) + self.bias


class GCN(nn.Module):
    def __init__(self, fin, hidden, classes, dropout=0.5):
        super().__init__()
        self.gc1 = GraphConv(fin, hidden)
        self.gc2 = GraphConv(hidden, classes)
        self.dropout = nn.Dropout(dropout)
        self.drop_rates = []
        self.dropout.register_forward_hook(self._note)

    def _note(self, module, inputs, output):
        if torch.is_grad_enabled():
            zeroed = (output == 0) & (inputs[0] != 0)
            self.drop_rates.append(zeroed.float().mean().item())

    def forward(self, x, a):
        return self.gc2(self.dropout(F.elu(self.gc1(x, a))), a)


class NodeClassification:
    def __init__(self, eval_every=10, epochs=40):
        self.a, self.y = planted_partition()
        n = len(self.y)
        self.x = torch.eye(n)
        perm = torch.randperm(n)
        self.train_idx, self.test_idx = perm[: n // 3], perm[n // 3:]
        self.net = GCN(n, 16, 3)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=0.02, weight_decay=5e-4)
        self.eval_every, self.epochs = eval_every, epochs

    def _report(self, epoch, loss):
        with torch.no_grad():
            pred = self.net(self.x, self.a).argmax(1)
        hit = pred == self.y
        print(f"epoch {epoch:3d} loss {loss:.4f} "
              f"train {hit[self.train_idx].float().mean().item():.3f} "
              f"test {hit[self.test_idx].float().mean().item():.3f}")

    def run(self):
        self.net.train()
        for epoch in range(1, self.epochs + 1):
            self.opt.zero_grad()
            out = self.net(self.x, self.a)
            loss = F.cross_entropy(out[self.train_idx], self.y[self.train_idx])
            loss.backward()
            self.opt.step()

            if epoch % self.eval_every == 0:
                self.net.eval()  # expect: AGL314
                self._report(epoch, loss.item())


def main():
    torch.manual_seed(33)
    task = NodeClassification()
    task.run()
    rates = task.net.drop_rates
    assert len(rates) == task.epochs
    assert all(r > 0 for r in rates[: task.eval_every])
    assert all(r == 0 for r in rates[task.eval_every:])
    assert task.net.training is False


if __name__ == "__main__":
    main()
