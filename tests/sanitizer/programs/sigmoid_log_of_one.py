"""A binary loss by hand that takes the logarithm of one minus a saturated sigmoid."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(2, 1)
nn.init.constant_(model.weight, 60.0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    x, y = torch.rand(4, 2) + 1, torch.zeros(4, 1)
    p = torch.sigmoid(model(x))
    loss = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()  # good: loss = nn.functional.binary_cross_entropy_with_logits(model(x), y)  # expect: AGL703
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
