"""A validation that gathers logits for a metric, with their graphs."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
train = [(torch.randn(8, 4), torch.randint(0, 3, (8,))) for _ in range(3)]
valid = [(torch.randn(8, 4), torch.randint(0, 3, (8,))) for _ in range(4)]


def validate():
    logits, labels = [], []
    for x, y in valid:
        logits.append(model(x))  # good: logits.append(model(x).detach())  # expect: AGL602
        labels.append(y)
    return (torch.cat(logits).argmax(1) == torch.cat(labels)).float().mean().item()


for _ in range(2):
    for x, y in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
    print(validate())
