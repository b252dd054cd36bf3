"""REINFORCE with a running baseline that drags the graphs of earlier episodes along."""

import torch
from torch import nn
from torch.distributions import Normal


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 1))
        self.value = nn.Linear(3, 1)

    def forward(self, s):
        return Normal(self.net(s), 0.5), self.value(s)


torch.manual_seed(0)
policy = Policy()
optimizer = torch.optim.SGD(policy.parameters(), lr=1e-2)
baseline = torch.zeros(())
for episode in range(4):
    states = torch.randn(6, 3)
    dist, value = policy(states)
    actions = dist.sample()
    reward = -(actions - states.sum(1, keepdim=True)).abs().mean()
    baseline = 0.9 * baseline + 0.1 * value.mean().exp()  # good: baseline = 0.9 * baseline + 0.1 * value.mean().exp().detach()
    loss = -(dist.log_prob(actions) * (reward - baseline)).mean() + (value - reward).square().mean()
    optimizer.zero_grad()
    loss.backward()  # expect: AGL202  # raises: backward through the graph a second time
    optimizer.step()
