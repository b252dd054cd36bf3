"""DDPG with a dict of networks and a dict of optimizers."""
import copy
import random

import torch
import torch.nn.functional as F
from torch import nn


class Reacher:
    """Steer a point on the plane towards the origin."""

    def reset(self):
        self.p, self.n = torch.rand(2) * 2 - 1, 0
        return self.p.clone()

    def step(self, a):
        self.p = (self.p + 0.2 * a.clamp(-1, 1)).clamp(-2, 2)
        self.n += 1
        return self.p.clone(), -self.p.norm().item(), self.n >= 15


class Replay:
    def __init__(self, capacity):
        self.capacity, self.data = capacity, []

    def push(self, *transition):
        if len(self.data) >= self.capacity:
            self.data.pop(0)
        self.data.append(transition)

    def sample(self, k):
        s, a, r, s2, d = zip(*random.sample(self.data, k))
        return torch.stack(s), torch.stack(a), torch.tensor(r).unsqueeze(1), torch.stack(s2), torch.tensor(d).float().unsqueeze(1)

    def __len__(self):
        return len(self.data)


def build_networks(obs=2, act=2, width=32):
    actor = nn.Sequential(nn.Linear(obs, width), nn.ReLU(), nn.Linear(width, act), nn.Tanh())
    critic = nn.Sequential(nn.Linear(obs + act, width), nn.ReLU(), nn.Linear(width, 1))
    return nn.ModuleDict({"actor": actor, "critic": critic})


def build_optimizers(nets, lrs):
    return {name: torch.optim.Adam(nets[name].parameters(), lr=lr) for name, lr in lrs.items()}


def soft_update(src, dst, tau):
    with torch.no_grad():
        for p, q in zip(src.parameters(), dst.parameters()):
            q.mul_(1 - tau).add_(tau * p)


def actor_loss(nets, s):
    return -nets["critic"](torch.cat([s, nets["actor"](s)], dim=1)).mean()


def critic_loss(nets, targets, batch, gamma):
    s, a, r, s2, d = batch
    with torch.no_grad():
        a2 = targets["actor"](s2)
        y = r + gamma * (1 - d) * targets["critic"](torch.cat([s2, a2], dim=1))
    return F.mse_loss(nets["critic"](torch.cat([s, a], dim=1)), y)


def learn(nets, targets, optims, batch, gamma=0.97, tau=0.02):
    for opt in optims.values():
        opt.zero_grad()

    pi_loss = actor_loss(nets, batch[0])
    pi_loss.backward()
    optims["actor"].step()

    q_loss = critic_loss(nets, targets, batch, gamma)
    q_loss.backward()
    optims["critic"].step()  # expect: AGL309

    soft_update(nets, targets, tau)
    return pi_loss.item(), q_loss.item()


def check(nets, targets, optims, batch):
    own = copy.deepcopy(nets)
    (g,) = torch.autograd.grad(critic_loss(own, targets, batch, 0.97), [own["critic"][0].weight])
    learn(nets, targets, optims, batch)
    return torch.allclose(g, nets["critic"][0].weight.grad, atol=1e-6)


def main():
    random.seed(3)
    torch.manual_seed(3)
    env, replay = Reacher(), Replay(400)
    nets = build_networks()
    targets = copy.deepcopy(nets).requires_grad_(False)
    optims = build_optimizers(nets, {"actor": 1e-3, "critic": 3e-3})

    obs, episode_return, returns = env.reset(), 0.0, []
    for t in range(250):
        with torch.no_grad():
            action = nets["actor"](obs) + 0.1 * torch.randn(2)
        nxt, r, done = env.step(action)
        replay.push(obs, action, r, nxt, done)
        episode_return += r
        obs = nxt
        if done:
            returns.append(episode_return)
            obs, episode_return = env.reset(), 0.0
        if len(replay) >= 64 and t % 2 == 0:
            learn(nets, targets, optims, replay.sample(32))
    print("returns:", [round(x, 2) for x in returns[-5:]])

    clean = check(nets, targets, optims, replay.sample(32))
    assert not clean


if __name__ == "__main__":
    main()
