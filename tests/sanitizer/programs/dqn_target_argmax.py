"""A DQN loss of the greedy actions' indices instead of their values."""

import torch
from torch import nn

torch.manual_seed(0)
q = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(q.parameters(), lr=1e-3)
for _ in range(2):
    states, rewards = torch.randn(5, 4), torch.randn(5)
    chosen = q(states).argmax(1).float()  # good: chosen = q(states).max(1).values
    loss = (chosen - rewards).square().mean()
    optimizer.zero_grad()
    loss.backward()  # expect: AGL204  # raises: does not require grad
    optimizer.step()
