"""Tiny DDPG agent on a 1-D point-mass task."""
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def mlp(i, o, final=None):
    layers = [nn.Linear(i, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, o)]
    return nn.Sequential(*layers, *([final] if final else []))


class Replay:
    def __init__(self, cap=1000):
        self.buf = deque(maxlen=cap)

    def add(self, *tr):
        self.buf.append(tr)

    def sample(self, n):
        cols = zip(*random.sample(self.buf, n))
        return [torch.as_tensor(np.stack(c), dtype=torch.float32) for c in cols]


class Agent:
    def __init__(self, gamma=0.95):
        self.actor = mlp(2, 1, nn.Tanh())
        self.critic = mlp(3, 1)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), lr=1e-3)
        self.critic_opt = torch.optim.Adam(self.critic.parameters(), lr=2e-3)
        self.gamma = gamma

    @torch.no_grad()
    def act(self, s, noise=0.2):
        a = self.actor(torch.as_tensor(s, dtype=torch.float32)).numpy()
        return np.clip(a + noise * np.random.randn(1), -1, 1)

    def q(self, s, a):
        return self.critic(torch.cat([s, a], dim=-1))

    def update(self, s, a, r, s2):
        with torch.no_grad():
            target = r + self.gamma * self.q(s2, self.actor(s2))
        critic_loss = F.mse_loss(self.q(s, a), target)
        actor_loss = -self.q(s, self.actor(s)).mean()

        self.critic_opt.zero_grad()
        critic_loss.backward()
        self.critic_opt.step()  # expect: AGL106

        self.actor_opt.zero_grad()
        actor_loss.backward()  # raises: modified by an inplace operation
        self.actor_opt.step()
        return critic_loss.item(), actor_loss.item()


def main(steps=120, batch=32):
    random.seed(0); np.random.seed(0); torch.manual_seed(0)
    agent, replay = Agent(), Replay()
    s = np.array([1.0, 0.0])
    for t in range(steps):
        a = agent.act(s)
        v = 0.9 * s[1] + 0.1 * a[0]
        s2 = np.array([s[0] + v, v])
        replay.add(s, a, np.array([-s2[0] ** 2]), s2)
        s = s2 if abs(s2[0]) < 3 else np.array([1.0, 0.0])
        if len(replay.buf) >= batch:
            losses = agent.update(*replay.sample(batch))
    print("critic %.4f actor %.4f" % losses)


if __name__ == "__main__":
    main()
