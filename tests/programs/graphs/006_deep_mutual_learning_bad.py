import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import TensorDataset, DataLoader


def kl(p_logits, q_logits, T=2.0):
    return F.kl_div(F.log_softmax(p_logits / T, 1), F.softmax(q_logits / T, 1), reduction="batchmean") * T * T


def build(width):
    return nn.Sequential(nn.Linear(10, width), nn.ReLU(), nn.Linear(width, 3))


class MutualLearner:
    """Deep Mutual Learning (Zhang et al. 2018) with two peers."""

    def __init__(self, widths=(16, 64), lr=0.05):
        self.peers = [build(w) for w in widths]
        self.optims = [torch.optim.SGD(p.parameters(), lr=lr, momentum=0.9) for p in self.peers]

    def train_step(self, x, y):
        logits = [peer(x) for peer in self.peers]
        stats = []
        for i, opt in enumerate(self.optims):
            j = 1 - i
            loss = F.cross_entropy(logits[i], y) + kl(logits[i], logits[j])
            opt.zero_grad()
            loss.backward()  # expect: AGL201  # raises: backward through the graph a second time
            stats.append(loss.item())
        for opt in self.optims:
            opt.step()
        return stats

    @torch.no_grad()
    def accuracy(self, x, y):
        return [(p(x).argmax(1) == y).float().mean().item() for p in self.peers]


def main():
    torch.manual_seed(0)
    X = torch.randn(128, 10)
    Y = X[:, :3].argmax(1)
    loader = DataLoader(TensorDataset(X, Y), batch_size=32, shuffle=True)
    learner = MutualLearner()
    for epoch in range(3):
        for xb, yb in loader:
            stats = learner.train_step(xb, yb)
        print(epoch, stats, learner.accuracy(X, Y))


if __name__ == "__main__":
    main()
