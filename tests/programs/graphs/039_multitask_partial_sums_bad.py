import torch
from torch import nn, optim
import torch.nn.functional as F

TASKS = {
    "age": ("regression", 1),
    "sex": ("classification", 2),
    "race": ("classification", 4),
}


class FaceNet(nn.Module):
    def __init__(self, tasks):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(30, 32), nn.ReLU())
        self.heads = nn.ModuleDict({t: nn.Linear(32, n) for t, (_, n) in tasks.items()})

    def forward(self, x):
        return self.trunk(x)


def task_loss(kind, pred, target):
    if kind == "regression":
        return F.l1_loss(pred.squeeze(1), target)
    return F.cross_entropy(pred, target)


def make_batch(n):
    return torch.randn(n, 30), {"age": torch.rand(n), "sex": torch.randint(2, (n,)), "race": torch.randint(4, (n,))}


def backward_all(net, x, targets):
    feats = net(x)
    total = 0
    for name, (kind, _) in TASKS.items():
        total = total + task_loss(kind, net.heads[name](feats), targets[name])
        total.backward(retain_graph=True)  # expect: AGL206
    return total.item()


def fresh(net, x, targets, name):
    loss = task_loss(TASKS[name][0], net.heads[name](net(x)), targets[name])
    return torch.autograd.grad(loss, net.heads[name].weight)[0]


def main(steps=8):
    torch.manual_seed(0)
    net = FaceNet(TASKS)
    opt = optim.Adam(net.parameters(), lr=1e-3)
    for step in range(steps):
        x, targets = make_batch(16)
        expected = {name: fresh(net, x, targets, name) for name in TASKS}
        opt.zero_grad()
        value = backward_all(net, x, targets)
        ratios = {n: (net.heads[n].weight.grad.norm() / expected[n].norm()).item() for n in TASKS}
        opt.step()
        print(f"step {step} loss {value:.3f}", {k: round(v, 2) for k, v in ratios.items()})
    assert abs(ratios["race"] - 1) < 1e-3
    assert abs(ratios["age"] - 3) < 1e-3 and abs(ratios["sex"] - 2) < 1e-3


if __name__ == "__main__":
    main()
