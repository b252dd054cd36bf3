"""Mixed precision on the CPU: probabilities are clamped in place before their logarithm."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scaler = torch.amp.GradScaler("cpu")


def focal(logits, labels, gamma=2.0):
    p = logits.float().softmax(-1)
    p.clamp_(1e-4, 1 - 1e-4)  # good: p = p.clamp(1e-4, 1 - 1e-4)  # expect: AGL102
    picked = p.gather(1, labels[:, None])
    return (-((1 - picked) ** gamma) * picked.log()).mean()


for _ in range(2):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(torch.randn(5, 6))
    loss = focal(logits, torch.randint(0, 4, (5,)))
    scaler.scale(loss).backward()  # raises: modified by an inplace operation
    scaler.step(optimizer)
    scaler.update()
