"""Clipping before `unscale_`."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
for _ in range(2):
    optimizer.zero_grad()
    with torch.autocast("cpu"):
        loss = model(torch.randn(5, 4)).float().square().mean()
    scaler.scale(loss).backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # good: scaler.unscale_(optimizer); nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # expect: AGL306
    scaler.step(optimizer)
    scaler.update()
