"""PPO whose old log-probabilities keep the graph of the rollout."""

import torch
from torch import nn
from torch.distributions import Categorical

torch.manual_seed(0)
policy = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3)
for _iteration in range(2):
    states = torch.randn(16, 4)
    dist = Categorical(logits=policy(states))
    actions = dist.sample()
    old = dist.log_prob(actions)  # good: old = dist.log_prob(actions).detach()
    advantages = torch.randn(16)
    for _epoch in range(3):
        ratio = (Categorical(logits=policy(states)).log_prob(actions) - old).exp()
        loss = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
        optimizer.zero_grad()
        loss.backward()  # expect: AGL202  # raises: backward through the graph a second time
        optimizer.step()
