"""A mean teacher whose weights follow the student's before the consistency loss goes backward."""

import copy

import torch
from torch import nn

torch.manual_seed(0)
student = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
teacher = copy.deepcopy(student)
for p in teacher.parameters():
    p.requires_grad_(False)
optimizer = torch.optim.SGD(student.parameters(), lr=0.1)
adapter = nn.Linear(4, 4)
adapter_optimizer = torch.optim.SGD(adapter.parameters(), lr=0.1)


def follow(decay=0.9):
    for t, s in zip(teacher.parameters(), student.parameters()):
        t.mul_(decay).add_(s.detach(), alpha=1 - decay)  # good: t.data = decay * t.data + (1 - decay) * s.detach()  # expect: AGL102


for _ in range(2):
    x = adapter(torch.randn(5, 4))
    loss = (student(x) - teacher(x)).square().mean()
    follow()
    optimizer.zero_grad()
    adapter_optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
    adapter_optimizer.step()
