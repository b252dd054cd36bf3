"""Soft actor-critic with automatic entropy temperature on a 1-D point-mass."""
import copy
import math
import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class PointMass:
    def reset(self):
        self.x, self.v, self.t = random.uniform(-1, 1), 0.0, 0
        return self.obs()

    def obs(self):
        return torch.tensor([self.x, self.v])

    def step(self, a):
        self.v = 0.9 * self.v + 0.1 * a
        self.x += self.v
        self.t += 1
        return self.obs(), -(self.x ** 2) - 0.01 * a * a, self.t >= 30


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(2, 32), nn.ReLU())
        self.mu, self.log_std = nn.Linear(32, 1), nn.Linear(32, 1)

    def forward(self, s):
        h = self.trunk(s)
        dist = torch.distributions.Normal(self.mu(h), self.log_std(h).clamp(-5, 2).exp())
        u = dist.rsample()
        a = torch.tanh(u)
        logp = dist.log_prob(u) - 2 * (math.log(2) - u - F.softplus(-2 * u))
        return a, logp.sum(-1, keepdim=True)


class TwinQ(nn.Module):
    def __init__(self):
        super().__init__()
        self.qs = nn.ModuleList(nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 1)) for _ in range(2))

    def forward(self, s, a):
        sa = torch.cat([s, a], -1)
        return [q(sa) for q in self.qs]


random.seed(0)
torch.manual_seed(0)
env, actor, critic = PointMass(), Actor(), TwinQ()
target = copy.deepcopy(critic).requires_grad_(False)
log_alpha = torch.zeros(1, requires_grad=True)
target_entropy = -1.0
opt_actor = torch.optim.Adam(actor.parameters(), 3e-3)
opt_critic = torch.optim.Adam(critic.parameters(), 3e-3)
opt_alpha = torch.optim.Adam([log_alpha], 3e-3)
replay = deque(maxlen=5000)
gamma, tau = 0.97, 0.01


def update(batch):
    s, a, r, s2, d = (torch.stack(t) for t in zip(*batch))
    alpha = log_alpha.exp().detach()
    with torch.no_grad():
        a2, lp2 = actor(s2)
        q_next = torch.min(*target(s2, a2)) - alpha * lp2
        y = r + gamma * (1 - d) * q_next
    critic_loss = sum(F.mse_loss(q, y) for q in critic(s, a))
    opt_critic.zero_grad()
    critic_loss.backward()
    opt_critic.step()

    a_pi, lp = actor(s)
    actor_loss = (alpha * lp - torch.min(*critic(s, a_pi))).mean()
    opt_actor.zero_grad()
    actor_loss.backward()
    opt_actor.step()

    alpha_loss = -(log_alpha.exp() * (lp.detach() + target_entropy)).mean()
    opt_alpha.zero_grad()
    alpha_loss.backward()
    opt_alpha.step()
    with torch.no_grad():
        for p, tp in zip(critic.parameters(), target.parameters()):
            tp.lerp_(p, tau)
    return critic_loss.item(), actor_loss.item(), alpha.item()


for ep in range(8):
    obs, done, ret = env.reset(), False, 0.0
    while not done:
        with torch.no_grad():
            act = actor(obs.unsqueeze(0))[0].squeeze(0)
        nxt, rew, done = env.step(act.item())
        # every episode ends by a time limit, so the stored terminal flag is zero
        replay.append((obs, act, torch.tensor([rew]), nxt, torch.zeros(1)))
        obs, ret = nxt, ret + rew
        if len(replay) >= 64:
            logs = update(random.sample(replay, 64))
    if len(replay) >= 64:
        print(f"ep {ep} return {ret:.2f} q {logs[0]:.3f} pi {logs[1]:.3f} alpha {logs[2]:.3f}")
