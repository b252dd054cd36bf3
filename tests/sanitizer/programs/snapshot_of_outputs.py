"""A replay of the best batch is deep-copied with its outputs."""

import copy

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
best = None
for _ in range(3):
    x = torch.randn(4, 3)
    record = {"x": x, "logits": model(x)}
    loss = record["logits"].square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if best is None or loss.item() < best[0]:
        best = loss.item(), copy.deepcopy(record)  # good: best = loss.item(), {k: v.detach().clone() for k, v in record.items()}  # expect: AGL415  # raises: support the deepcopy protocol
