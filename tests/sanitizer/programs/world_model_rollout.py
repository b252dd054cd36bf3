"""A world model is rolled out, and its predictions are written into a buffer."""

import torch
from torch import nn


class Dynamics(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.cell = nn.GRUCell(2, size)
        self.out = nn.Linear(size, 2)

    def rollout(self, x, h, steps):
        path = torch.zeros(steps + 1, len(x), 2)
        path[0] = x
        for t in range(steps):
            h = self.cell(path[t], h)
            path[t + 1] = self.out(h)  # good: path = torch.cat([path[: t + 1], self.out(h)[None], path[t + 2 :]])  # expect: AGL102
        return path


torch.manual_seed(0)
model = Dynamics(5)
optimizer = torch.optim.Adam(model.parameters())
for _ in range(2):
    path = model.rollout(torch.randn(3, 2), torch.zeros(3, 5), 4)
    loss = path.square().mean()
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
