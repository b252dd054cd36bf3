"""DDPG whose target critic is the critic."""

import copy

import torch
from torch import nn


class Agent:
    def __init__(self):
        self.critic = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1))
        self.critic_target = self.critic  # good: self.critic_target = copy.deepcopy(self.critic)  # expect: AGL416
        self.optimizer = torch.optim.Adam(self.critic.parameters())
        self.critic_target.load_state_dict(self.critic.state_dict())

    def update(self, s, r, s2):
        with torch.no_grad():
            goal = r + 0.99 * self.critic_target(s2)
        loss = (self.critic(s) - goal).square().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()


torch.manual_seed(0)
agent = Agent()
for _ in range(3):
    agent.update(torch.randn(5, 3), torch.randn(5, 1), torch.randn(5, 3))
