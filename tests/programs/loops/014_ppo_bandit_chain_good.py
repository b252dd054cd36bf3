"""PPO with clipped surrogate and GAE on a contextual chain."""
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical


class Rollout(NamedTuple):
    obs: torch.Tensor
    actions: torch.Tensor
    logp: torch.Tensor
    returns: torch.Tensor
    adv: torch.Tensor

    def minibatches(self, size):
        for idx in torch.randperm(len(self.obs)).split(size):
            yield Rollout(*(field[idx] for field in self))


class ChainEnv:
    """The action must match the sign pattern of the context."""

    def __init__(self, dim=5, horizon=10):
        self.dim, self.horizon = dim, horizon

    def reset(self):
        self.t = 0
        self.state = torch.randn(self.dim)
        return self.state

    def step(self, action):
        target = int(self.state[0] > 0) + 2 * int(self.state[1] > 0)
        reward = 1.0 if action == target else 0.0
        self.t += 1
        self.state = 0.5 * self.state + torch.randn(self.dim)
        return self.state, reward, self.t >= self.horizon


class Policy(nn.Module):
    def __init__(self, dim, n_act):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(dim, 32), nn.Tanh())
        self.actor = nn.Linear(32, n_act)
        self.critic = nn.Linear(32, 1)

    def forward(self, obs):
        h = self.trunk(obs)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(-1)


class PPO:
    clip, gamma, lam, epochs, minibatch = 0.2, 0.95, 0.9, 3, 16

    def __init__(self, env, policy, lr=3e-3):
        self.env, self.policy = env, policy
        self.opt = torch.optim.Adam(policy.parameters(), lr=lr, eps=1e-5)

    @torch.no_grad()
    def collect(self, steps):
        rows, obs = [], self.env.reset()
        for _ in range(steps):
            dist, value = self.policy(obs)
            a = dist.sample()
            nxt, r, done = self.env.step(a.item())
            rows.append((obs, a, dist.log_prob(a), value, r, done))
            obs = self.env.reset() if done else nxt
        last = self.policy(obs)[1]
        obs_, act, logp, values, rew, dones = zip(*rows)
        adv, gae = [], 0.0
        nxt_v = last
        for v, r, d in zip(reversed(values), reversed(rew), reversed(dones)):
            delta = r + self.gamma * nxt_v * (1 - d) - v
            gae = delta + self.gamma * self.lam * (1 - d) * gae
            adv.insert(0, gae)
            nxt_v = v
        adv = torch.stack(adv)
        return Rollout(torch.stack(obs_), torch.stack(act), torch.stack(logp), adv + torch.stack(values), adv), sum(rew)

    def surrogate(self, mb):
        dist, value = self.policy(mb.obs)
        ratio = (dist.log_prob(mb.actions) - mb.logp).exp()
        adv = (mb.adv - mb.adv.mean()) / (mb.adv.std() + 1e-8)
        pg = -torch.min(ratio * adv, ratio.clamp(1 - self.clip, 1 + self.clip) * adv).mean()
        return pg + 0.5 * F.mse_loss(value, mb.returns) - 0.01 * dist.entropy().mean()

    def improve(self, rollout):
        for _ in range(self.epochs):
            for mb in rollout.minibatches(self.minibatch):
                loss = self.surrogate(mb)
                self.opt.zero_grad()
                loss.backward()
                self.opt.step()

    def learn(self, iterations):
        for it in range(iterations):
            rollout, score = self.collect(64)
            self.improve(rollout)
            print(f"iteration {it}: reward {score:.0f}")


if __name__ == "__main__":
    torch.manual_seed(31)
    policy = Policy(5, 4)
    first = policy.actor.weight.detach().clone()
    PPO(ChainEnv(), policy).learn(5)
    assert all(p.grad is not None for p in policy.parameters())
    assert not torch.equal(first, policy.actor.weight)
