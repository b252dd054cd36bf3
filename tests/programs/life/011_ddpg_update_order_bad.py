"""DDPG agent fed with random transitions (smoke script)."""
import copy
from collections import deque
import random

import torch
import torch.nn as nn
import torch.nn.functional as F


class Actor(nn.Module):
    def __init__(self, s_dim, a_dim):
        super().__init__()
        self.l1 = nn.Linear(s_dim, 32)
        self.l2 = nn.Linear(32, a_dim)

    def forward(self, s):
        return torch.tanh(self.l2(F.relu(self.l1(s))))


class Critic(nn.Module):
    def __init__(self, s_dim, a_dim):
        super().__init__()
        self.l1 = nn.Linear(s_dim + a_dim, 32)
        self.l2 = nn.Linear(32, 32)
        self.l3 = nn.Linear(32, 1)

    def forward(self, s, a):
        h = F.relu(self.l1(torch.cat([s, a], 1)))
        return self.l3(F.relu(self.l2(h)))


class DDPG:
    def __init__(self, s_dim, a_dim, gamma=0.98, tau=0.01):
        self.actor, self.critic = Actor(s_dim, a_dim), Critic(s_dim, a_dim)
        self.actor_t = copy.deepcopy(self.actor).requires_grad_(False)
        self.critic_t = copy.deepcopy(self.critic).requires_grad_(False)
        self.pi_opt = torch.optim.Adam(self.actor.parameters(), lr=1e-3)
        self.q_opt = torch.optim.Adam(self.critic.parameters(), lr=1e-3)
        self.gamma, self.tau = gamma, tau

    def critic_loss(self, batch):
        s, a, r, s2 = batch
        with torch.no_grad():
            y = r + self.gamma * self.critic_t(s2, self.actor_t(s2))
        return F.mse_loss(self.critic(s, a), y)

    def actor_loss(self, batch):
        s = batch[0]
        return -self.critic(s, self.actor(s)).mean()

    def losses(self, batch):
        return {"q": self.critic_loss(batch), "pi": self.actor_loss(batch)}

    def _polyak(self, src, dst):
        with torch.no_grad():
            for p, q in zip(src.parameters(), dst.parameters()):
                q.lerp_(p, self.tau)

    def update(self, batch):
        loss = self.losses(batch)

        self.q_opt.zero_grad()
        loss["q"].backward()
        self.q_opt.step()  # expect: AGL106

        self.pi_opt.zero_grad()
        loss["pi"].backward()  # raises: modified by an inplace operation
        self.pi_opt.step()

        self._polyak(self.actor, self.actor_t)
        self._polyak(self.critic, self.critic_t)
        return {k: v.item() for k, v in loss.items()}


class Replay:
    def __init__(self, cap):
        self.buf = deque(maxlen=cap)

    def push(self, *tr):
        self.buf.append(tr)

    def sample(self, n):
        rows = random.sample(self.buf, n)
        return [torch.stack(col) for col in zip(*rows)]


if __name__ == "__main__":
    random.seed(0)
    torch.manual_seed(0)
    replay = Replay(1000)
    for _ in range(200):
        s, a = torch.randn(3), torch.rand(1) * 2 - 1
        replay.push(s, a, -(s[:1] - a).abs(), s + 0.1 * torch.randn(3))
    agent = DDPG(3, 1)
    for k in range(20):
        info = agent.update(replay.sample(32))
        if k % 5 == 0:
            print(k, {n: round(v, 4) for n, v in info.items()})
