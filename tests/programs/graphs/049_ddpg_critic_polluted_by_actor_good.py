import copy
import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F


def net(i, o, last=None):
    layers = [nn.Linear(i, 24), nn.ReLU(), nn.Linear(24, o)]
    return nn.Sequential(*layers, *([last] if last else []))


class DDPG:
    def __init__(self, obs=3, act=1, lr=1e-3, tau=0.01, gamma=0.98):
        self.actor, self.critic = net(obs, act, nn.Tanh()), net(obs + act, 1)
        self.actor_t, self.critic_t = copy.deepcopy(self.actor), copy.deepcopy(self.critic)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), lr=lr)
        self.critic_opt = torch.optim.Adam(self.critic.parameters(), lr=lr)
        self.tau, self.gamma = tau, gamma

    def q(self, s, a):
        return self.critic(torch.cat([s, a], 1))

    def critic_loss(self, s, a, r, s2):
        with torch.no_grad():
            y = r + self.gamma * self.critic_t(torch.cat([s2, self.actor_t(s2)], 1))
        return F.mse_loss(self.q(s, a), y)

    def update(self, s, a, r, s2):
        critic_loss = self.critic_loss(s, a, r, s2)
        self.critic_opt.zero_grad()
        critic_loss.backward()
        used = [p.grad.clone() for p in self.critic.parameters()]
        self.critic_opt.step()

        self.actor_opt.zero_grad()
        actor_loss = -self.q(s, self.actor(s)).mean()
        actor_loss.backward()
        self.actor_opt.step()

        with torch.no_grad():
            for live, tgt in ((self.actor, self.actor_t), (self.critic, self.critic_t)):
                for p, pt in zip(live.parameters(), tgt.parameters()):
                    pt.lerp_(p, self.tau)
        return used


torch.manual_seed(0)
random.seed(0)
agent, memory = DDPG(), deque(maxlen=200)
state = torch.randn(3)
for t in range(60):
    with torch.no_grad():
        action = agent.actor(state) + 0.1 * torch.randn(1)
    nxt = 0.9 * state + 0.2 * action + 0.05 * torch.randn(3)
    memory.append((state, action, -nxt.pow(2).sum().view(1), nxt))
    state = nxt
    if t >= 32:
        batch = [torch.stack(c) for c in zip(*random.sample(list(memory), 16))]
        fresh = torch.autograd.grad(agent.critic_loss(*batch), list(agent.critic.parameters()))
        used = agent.update(*batch)
same = all(torch.allclose(u, f, atol=1e-4) for u, f in zip(used, fresh))
print("critic stepped with its own fresh gradient:", same)
assert same
