"""Actor and critic, the actor's loss being computed from its own actions."""

import random

import torch
from torch import nn


class Replay:
    def __init__(self):
        self.transitions = []

    def push(self, *transition):
        self.transitions.append(transition)

    def sample(self, count):
        chosen = random.sample(self.transitions, count)
        return tuple(torch.stack(column) for column in zip(*chosen, strict=True))


class Agent:
    def __init__(self, observations, actions):
        self.actor = nn.Sequential(nn.Linear(observations, 8), nn.ReLU(), nn.Linear(8, actions))
        self.critic = nn.Sequential(nn.Linear(observations + actions, 8), nn.ReLU())
        self.critic.append(nn.Linear(8, 1))
        self.actor_optimizer = torch.optim.Adam(self.actor.parameters(), lr=1e-2)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), lr=1e-2)

    def value(self, states, actions):
        return self.critic(torch.cat([states, actions], dim=1)).squeeze(1)

    def learn(self, states, actions, rewards, following, gamma=0.9):
        with torch.no_grad():
            target = rewards + gamma * self.value(following, self.actor(following))
        critic_loss = nn.functional.mse_loss(self.value(states, actions), target)
        self.critic_optimizer.zero_grad()
        critic_loss.backward()
        self.critic_optimizer.step()

        actor_loss = -self.value(states, self.actor(states)).mean()
        self.actor_optimizer.zero_grad()
        actor_loss.backward()
        self.actor_optimizer.step()


random.seed(0)
torch.manual_seed(0)
replay, agent = Replay(), Agent(3, 2)
for _ in range(12):
    replay.push(torch.randn(3), torch.rand(2), torch.rand(()), torch.randn(3))
policy = agent.actor[0].weight.detach().clone()
for _ in range(3):
    agent.learn(*replay.sample(6))
assert not torch.equal(agent.actor[0].weight, policy)
