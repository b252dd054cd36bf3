"""The loss of an epoch is summed up with all its graphs."""

import torch
from torch import nn


def epoch(model, optimizer, batches):
    total = 0.0
    for x, y in batches:
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss  # good: total += loss.item()  # expect: AGL601
    return total / len(batches)


torch.manual_seed(0)
net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
sgd = torch.optim.SGD(net.parameters(), lr=0.1)
batches = [(torch.randn(4, 3), torch.randn(4, 1)) for _ in range(5)]
for _ in range(2):
    print(float(epoch(net, sgd, batches)))
