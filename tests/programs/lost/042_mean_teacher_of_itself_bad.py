"""Mean-teacher semi-supervised classification on two moons."""
import copy
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def moons(n, noise=0.1):
    half = n // 2
    t = torch.rand(half) * math.pi
    a = torch.stack([t.cos(), t.sin()], 1)
    b = torch.stack([1 - t.cos(), 0.5 - t.sin()], 1)
    x = torch.cat([a, b]) + noise * torch.randn(2 * half, 2)
    y = torch.cat([torch.zeros(half), torch.ones(half)]).long()
    return x, y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(2, 64)
        self.l2 = nn.Linear(64, 64)
        self.l3 = nn.Linear(64, 2)

    def forward(self, x):
        return self.l3(F.relu(self.l2(F.relu(self.l1(x)))))


class MeanTeacher:
    def __init__(self, student, decay=0.95, weight=4.0):
        self.student = student
        self.teacher = copy.deepcopy(student)
        for p in self.teacher.parameters():
            p.requires_grad_(False)
        self.decay = decay
        self.weight = weight
        self.optimizer = torch.optim.Adam(student.parameters(), lr=3e-3)

    def consistency(self, x):
        with torch.no_grad():
            goal = self.teacher(x + 0.05 * torch.randn_like(x)).softmax(-1)
        pred = self.student(x + 0.05 * torch.randn_like(x)).softmax(-1)
        return F.mse_loss(pred, goal)

    @torch.no_grad()
    def average(self):
        for t, s in zip(self.teacher.parameters(), self.teacher.parameters()):  # expect: AGL416
            t.mul_(self.decay).add_(s, alpha=1 - self.decay)

    def step(self, labelled, unlabelled, ramp):
        x, y = labelled
        loss = F.cross_entropy(self.student(x), y)
        loss = loss + ramp * self.weight * self.consistency(unlabelled)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.average()
        return loss.item()


@torch.no_grad()
def score(net, x, y):
    return (net(x).argmax(1) == y).float().mean().item()


def main(steps=120):
    torch.manual_seed(4)
    x, y = moons(600)
    test = moons(400)
    few = torch.cat([torch.arange(0, 5), torch.arange(300, 305)])
    method = MeanTeacher(Net())
    start = copy.deepcopy(method.teacher.state_dict())
    for k in range(steps):
        pick = torch.randint(len(x), (128,))
        value = method.step((x[few], y[few]), x[pick], min(1.0, k / 40))
        if k % 40 == 0:
            print(f"step {k} loss {value:.4f}")
    print("student", score(method.student, *test))
    print("teacher", score(method.teacher, *test))
    return start, method.teacher.state_dict()


if __name__ == "__main__":
    main()
