import torch
import torch.nn as nn
import torch.nn.functional as F


class TreeLSTM(nn.Module):
    """Child-sum tree LSTM evaluated leaf-to-root, node states kept in python lists."""

    def __init__(self, d_in, d):
        super().__init__()
        self.d = d
        self.iou = nn.Linear(d_in + d, 3 * d)
        self.f = nn.Linear(d_in + d, d)

    def node(self, x, children):
        h_sum = sum((h for h, _ in children), torch.zeros(self.d))
        i, o, u = self.iou(torch.cat([x, h_sum])).split(self.d)
        c = i.sigmoid() * u.tanh()
        for h, ck in children:
            c = c + self.f(torch.cat([x, h])).sigmoid() * ck
        return o.sigmoid() * c.tanh(), c

    def forward(self, x, parents):
        n = len(parents)
        kids = [[j for j in range(n) if parents[j] == i] for i in range(n)]
        states = [None] * n
        out = torch.zeros(n, self.d)
        for i in reversed(range(n)):
            states[i] = self.node(x[i], [states[j] for j in kids[i]])
            out[i] = states[i][0]
        return out


class Sentiment(nn.Module):
    def __init__(self, d_in=6, d=10, k=3):
        super().__init__()
        self.tree = TreeLSTM(d_in, d)
        self.cls = nn.Linear(d, k)

    def forward(self, x, parents):
        return self.cls(self.tree(x, parents))


def random_tree(n):
    parents = [-1]
    for i in range(1, n):
        parents.append(int(torch.randint(0, i, (1,))))
    return torch.randn(n, 6), parents, torch.randint(0, 3, (n,))


def main():
    torch.manual_seed(0)
    model = Sentiment()
    opt = torch.optim.Adam(model.parameters(), 1e-2)
    for epoch in range(3):
        x, parents, y = random_tree(8)
        loss = F.cross_entropy(model(x, parents), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(epoch, round(loss.item(), 4))


if __name__ == "__main__":
    main()
