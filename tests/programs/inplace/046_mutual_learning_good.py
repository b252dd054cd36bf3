import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim.lr_scheduler import StepLR


def make_net(width):
    return nn.Sequential(
        nn.Conv2d(1, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(width, width, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(width, 4))


def kd(student, teacher, T=2.0):
    return F.kl_div(F.log_softmax(student / T, 1), F.softmax(teacher / T, 1), reduction="batchmean") * T * T


class DeepMutualLearning:
    def __init__(self, widths=(8, 12), lr=0.05):
        self.nets = nn.ModuleList(make_net(w) for w in widths)
        self.opts = [torch.optim.SGD(n.parameters(), lr=lr, momentum=0.9) for n in self.nets]
        self.scheds = [StepLR(o, 2, 0.5) for o in self.opts]

    def losses(self, x, y):
        logits = [n(x) for n in self.nets]
        out = []
        for i, l in enumerate(logits):
            peers = [p for j, p in enumerate(logits) if j != i]
            mimic = sum(kd(l, p.detach()) for p in peers) / len(peers)
            out.append(F.cross_entropy(l, y) + mimic)
        return out

    def step(self, x, y):
        losses = self.losses(x, y)
        for opt in self.opts:
            opt.zero_grad()
        for loss, opt in zip(losses, self.opts):
            loss.backward(retain_graph=True)  # expect: AGL205
            opt.step()
        return [l.item() for l in losses]

    def fit(self, loader):
        for x, y in loader:
            vals = self.step(x, y)
            print(" ".join(f"net{i}={v:.3f}" for i, v in enumerate(vals)))
        for s in self.scheds:
            s.step()


class SyntheticLoader:
    def __init__(self, n, bs):
        self.n, self.bs = n, bs

    def __len__(self):
        return self.n

    def __iter__(self):
        for _ in range(self.n):
            yield torch.randn(self.bs, 1, 8, 8), torch.randint(0, 4, (self.bs,))


if __name__ == "__main__":
    torch.manual_seed(0)
    dml = DeepMutualLearning()
    dml.fit(SyntheticLoader(3, 8))
