import torch
import torch.nn as nn
import torch.nn.functional as F


class DeepSupervised(nn.Module):
    """Every stage has its own auxiliary head."""

    def __init__(self, width=16, stages=3, classes=4):
        super().__init__()
        self.stem = nn.Linear(8, width)
        self.stages = nn.ModuleList(nn.Sequential(nn.Linear(width, width), nn.ReLU()) for _ in range(stages))
        self.heads = nn.ModuleList(nn.Linear(width, classes) for _ in range(stages))

    def forward(self, x):
        x = self.stem(x)
        outs = []
        for stage, head in zip(self.stages, self.heads):
            x = x + stage(x)
            outs.append(head(x))
        return outs


class WeightedSum:
    def __init__(self, weights):
        self.weights = weights

    def __call__(self, losses):
        assert len(losses) == len(self.weights)
        return sum(w * l for w, l in zip(self.weights, losses))


def step(model, opt, combine, x, y):
    losses = []
    for out in model(x):
        losses.append(F.cross_entropy(out, y, label_smoothing=0.05))
    total = combine(losses)
    opt.zero_grad()
    total.backward()
    opt.step()
    return [l.item() for l in losses]


def main():
    torch.manual_seed(0)
    model = DeepSupervised()
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=0.1, total_steps=20)
    combine = WeightedSum([0.25, 0.5, 1.0])
    for i in range(20):
        x = torch.randn(20, 8)
        stats = step(model, opt, combine, x, x[:, :4].argmax(1))
        sched.step()
        if i % 5 == 0:
            print(i, ["%.3f" % s for s in stats])


if __name__ == "__main__":
    main()
