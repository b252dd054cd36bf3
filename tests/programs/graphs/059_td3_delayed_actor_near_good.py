import copy
import itertools

import torch
import torch.nn.functional as F
from torch import nn, optim


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 2), nn.Tanh())

    def forward(self, s):
        return self.net(s)


class TwinQ(nn.Module):
    def __init__(self):
        super().__init__()
        self.q1 = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))
        self.q2 = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))

    def forward(self, s, a):
        sa = torch.cat([s, a], dim=-1)
        return self.q1(sa), self.q2(sa)


class TD3:
    def __init__(self, policy_freq=2, tau=0.01, gamma=0.99):
        self.actor, self.critic = Actor(), TwinQ()
        self.actor_target, self.critic_target = copy.deepcopy(self.actor), copy.deepcopy(self.critic)
        self.actor_opt = optim.Adam(self.actor.parameters(), 3e-4)
        self.critic_opt = optim.Adam(self.critic.parameters(), 3e-4)
        self.policy_freq, self.tau, self.gamma, self.total_it = policy_freq, tau, gamma, 0

    def train(self, s, a, r, s2):
        self.total_it += 1
        with torch.no_grad():
            noise = (0.2 * torch.randn_like(a)).clamp(-0.5, 0.5)
            a2 = (self.actor_target(s2) + noise).clamp(-1, 1)
            target = r + self.gamma * torch.min(*self.critic_target(s2, a2))
        q1, q2 = self.critic(s, a)
        critic_loss = F.mse_loss(q1, target) + F.mse_loss(q2, target)
        self.critic_opt.zero_grad()
        critic_loss.backward()
        self.critic_opt.step()

        if self.total_it % self.policy_freq == 0:
            actor_loss = -self.critic(s, self.actor(s))[0].mean()
            self.actor_opt.zero_grad()
            actor_loss.backward()
            self.actor_opt.step()
            self.soft_update(self.actor, self.actor_target)
            self.soft_update(self.critic, self.critic_target)
        return critic_loss.item()

    def soft_update(self, net, target):
        for p, t in zip(net.parameters(), target.parameters()):
            t.data.copy_(self.tau * p.data + (1 - self.tau) * t.data)


torch.manual_seed(0)
agent = TD3()
for it in itertools.islice(itertools.count(), 12):
    s, a = torch.randn(32, 4), torch.rand(32, 2) * 2 - 1
    loss = agent.train(s, a, -(s[:, :1] ** 2), s + 0.1 * torch.randn_like(s))
print("iterations", agent.total_it, "critic loss", loss)
