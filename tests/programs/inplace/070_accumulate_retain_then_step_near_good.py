import torch
import torch.nn as nn
import torch.nn.functional as F


class DomainAdversarial(nn.Module):
    def __init__(self, d=12, h=20, k=3):
        super().__init__()
        self.feat = nn.Sequential(nn.Linear(d, h), nn.ReLU(), nn.Linear(h, h), nn.ReLU())
        self.label = nn.Linear(h, k)
        self.domain = nn.Sequential(nn.Linear(h, h), nn.ReLU(), nn.Linear(h, 2))


class GradAccumulator:
    """Calls backward on several losses of one graph, stepping only every `every` batches."""

    def __init__(self, params, opt, every=2, max_norm=1.0):
        self.params, self.opt, self.every, self.max_norm = list(params), opt, every, max_norm
        self.count = 0

    def backward(self, *losses):
        for i, loss in enumerate(losses):
            (loss / self.every).backward(retain_graph=i < len(losses) - 1)
        self.count += 1
        if self.count % self.every == 0:
            self.flush()

    def flush(self):
        total = torch.stack([p.grad.norm() for p in self.params if p.grad is not None]).norm()
        if total > self.max_norm:
            for p in self.params:
                p.grad *= self.max_norm / total
        self.opt.step()
        self.opt.zero_grad()


def train(model, loader, acc):
    for i, (xs, ys, xt) in enumerate(loader):
        fs, ft = model.feat(xs), model.feat(xt)
        cls = F.cross_entropy(model.label(fs), ys)
        dom_logits = model.domain(torch.cat([fs, ft]))
        dom_y = torch.cat([torch.zeros(len(xs)), torch.ones(len(xt))]).long()
        dom = F.cross_entropy(dom_logits, dom_y)
        acc.backward(cls, -0.1 * dom)
        print(i, cls.item(), dom.item())


if __name__ == "__main__":
    torch.manual_seed(0)
    model = DomainAdversarial()
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loader = [(torch.randn(8, 12), torch.randint(0, 3, (8,)), torch.randn(8, 12) + 0.5) for _ in range(5)]
    train(model, loader, GradAccumulator(model.parameters(), opt))
