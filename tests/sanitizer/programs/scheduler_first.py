"""Each epoch begins with the scheduler's step."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
for _epoch in range(3):
    schedule.step()  # good: pass  # expect: AGL307
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(4, 3)).square().mean().backward()
        optimizer.step()
    print(optimizer.param_groups[0]["lr"])  # good: schedule.step()
