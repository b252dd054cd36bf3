"""Soft actor-critic on a one-dimensional point mass."""
import copy
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal


class PointMass:
    def reset(self):
        self.x, self.v, self.t = np.random.uniform(-1, 1), 0.0, 0
        return self.obs()

    def obs(self):
        return np.array([self.x, self.v], dtype=np.float32)

    def step(self, a):
        self.v = 0.9 * self.v + 0.1 * float(a)
        self.x += self.v
        self.t += 1
        return self.obs(), -(self.x ** 2), self.t >= 20


class Actor(nn.Module):
    def __init__(self, obs_dim, act_dim, hid=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(obs_dim, hid), nn.ReLU(), nn.Linear(hid, hid), nn.ReLU())
        self.mu = nn.Linear(hid, act_dim)
        self.log_std = nn.Linear(hid, act_dim)

    def forward(self, obs):
        h = self.net(obs)
        dist = Normal(self.mu(h), self.log_std(h).clamp(-5, 1).exp())
        u = dist.rsample()
        a = torch.tanh(u)
        logp = (dist.log_prob(u) - torch.log(1 - a.pow(2) + 1e-6)).sum(-1)
        return a, logp


class Critic(nn.Module):
    def __init__(self, obs_dim, act_dim, hid=32):
        super().__init__()
        def q():
            return nn.Sequential(nn.Linear(obs_dim + act_dim, hid), nn.ReLU(), nn.Linear(hid, 1))
        self.q1, self.q2 = q(), q()

    def forward(self, obs, act):
        z = torch.cat([obs, act], dim=-1)
        return self.q1(z).squeeze(-1), self.q2(z).squeeze(-1)


class SAC:
    def __init__(self, obs_dim=2, act_dim=1, gamma=0.98, tau=0.01, lr=3e-3):
        self.actor = Actor(obs_dim, act_dim)
        self.critic = Critic(obs_dim, act_dim)
        self.target = copy.deepcopy(self.critic).requires_grad_(False)
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.target_entropy = -float(act_dim)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), lr=lr)
        self.critic_opt = torch.optim.Adam(self.critic.parameters(), lr=lr)
        self.alpha_opt = torch.optim.Adam([self.log_alpha], lr=lr)
        self.gamma, self.tau = gamma, tau

    def act(self, obs):
        with torch.no_grad():
            a, _ = self.actor(torch.from_numpy(obs).unsqueeze(0))
        return a.squeeze(0).numpy()

    def update_critic(self, s, a, r, s2, d):
        with torch.no_grad():
            a2, logp2 = self.actor(s2)
            q1t, q2t = self.target(s2, a2)
            y = r + self.gamma * (1 - d) * (torch.min(q1t, q2t) - self.log_alpha.exp() * logp2)
        q1, q2 = self.critic(s, a)
        loss = F.mse_loss(q1, y) + F.mse_loss(q2, y)
        self.critic_opt.zero_grad()
        loss.backward()
        self.critic_opt.step()
        return loss.item()

    def update_actor(self, s):
        a, logp = self.actor(s)
        q = torch.min(*self.critic(s, a))
        loss = (self.log_alpha.exp().detach() * logp - q).mean()
        self.actor_opt.zero_grad()
        loss.backward()
        self.actor_opt.step()
        return logp.detach()

    def update_alpha(self, logp):
        loss = -(self.log_alpha * (logp + self.target_entropy)).mean()
        self.alpha_opt.zero_grad()
        loss.backward()
        self.alpha_opt.step()

    @torch.no_grad()
    def polyak(self):
        for p, tp in zip(self.critic.parameters(), self.target.parameters()):
            tp.lerp_(p, self.tau)


def main():
    for seeder in (random.seed, np.random.seed, torch.manual_seed):
        seeder(5)
    env, agent, buffer = PointMass(), SAC(), deque(maxlen=500)
    actor0 = [p.detach().clone() for p in agent.actor.parameters()]
    critic0 = agent.critic.q1[0].weight.detach().clone()
    obs = env.reset()
    for t in range(120):
        a = agent.act(obs)
        nxt, r, done = env.step(a[0])
        buffer.append((obs, a, np.float32(r), nxt, np.float32(done)))
        obs = env.reset() if done else nxt
        if t >= 40:
            batch = random.sample(list(buffer), 32)
            s, a_, r_, s2, d = (torch.from_numpy(np.stack(c)) for c in zip(*batch))
            q_loss = agent.update_critic(s, a_, r_, s2, d)
            agent.update_alpha(agent.update_actor(s))
            agent.polyak()
    print(f"critic loss {q_loss:.4f}  alpha {agent.log_alpha.exp().item():.3f}")
    same = [torch.equal(p, q) for p, q in zip(agent.actor.parameters(), actor0)]
    assert not torch.equal(agent.critic.q1[0].weight, critic0)
    assert not any(same)


if __name__ == "__main__":
    main()
