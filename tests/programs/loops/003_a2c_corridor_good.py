"""Synchronous advantage actor-critic on a toy corridor."""
import copy
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import Categorical


@dataclass
class Config:
    optim: str = "RMSprop"
    optim_kwargs: dict = field(default_factory=lambda: {"lr": 7e-4, "alpha": 0.99})
    gamma: float = 0.97
    n_steps: int = 8
    updates: int = 12
    value_coef: float = 0.5
    entropy_coef: float = 0.01
    seed: int = 11


class Corridor:
    """Walk right to reach the goal at `length`."""

    def __init__(self, length=6, seed=0):
        self.length = length
        self.rng = np.random.default_rng(seed)
        self.reset()

    def reset(self):
        self.pos = int(self.rng.integers(0, self.length // 2))
        return self._obs()

    def _obs(self):
        obs = np.zeros(self.length + 1, dtype=np.float32)
        obs[self.pos] = 1.0
        return obs

    def step(self, action):
        self.pos = int(np.clip(self.pos + (1 if action == 1 else -1), 0, self.length))
        done = self.pos == self.length
        return self._obs(), (1.0 if done else -0.02), done


class ActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions, width=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_dim, width), nn.Tanh())
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, obs):
        h = self.body(obs)
        return self.pi(h), self.v(h).squeeze(-1)


def build_optimizer(cfg, params):
    return getattr(torch.optim, cfg.optim)(params, **cfg.optim_kwargs)


def rollouts(env, agent, cfg):
    obs = env.reset()
    while True:
        states, actions, rewards, dones = [], [], [], []
        for _ in range(cfg.n_steps):
            with torch.no_grad():
                logits, _ = agent(torch.from_numpy(obs))
            action = Categorical(logits=logits).sample().item()
            nxt, reward, done = env.step(action)
            states.append(obs)
            actions.append(action)
            rewards.append(reward)
            dones.append(done)
            obs = env.reset() if done else nxt
        with torch.no_grad():
            _, bootstrap = agent(torch.from_numpy(obs))
        ret, returns = bootstrap.item(), []
        for r, d in zip(reversed(rewards), reversed(dones)):
            ret = r + cfg.gamma * ret * (1.0 - d)
            returns.insert(0, ret)
        yield torch.from_numpy(np.stack(states)), torch.tensor(actions), torch.tensor(returns)


def a2c_loss(agent, batch, cfg):
    obs, actions, returns = batch
    logits, values = agent(obs)
    dist = Categorical(logits=logits)
    adv = returns - values.detach()
    policy = -(dist.log_prob(actions) * adv).mean()
    value = F.mse_loss(values, returns)
    return policy + cfg.value_coef * value - cfg.entropy_coef * dist.entropy().mean()


def update(agent, optimizer, batch, cfg):
    loss = a2c_loss(agent, batch, cfg)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def train(cfg):
    torch.manual_seed(cfg.seed)
    env = Corridor(seed=cfg.seed)
    agent = ActorCritic(env.length + 1, 2)
    optimizer = build_optimizer(cfg, agent.parameters())
    source = rollouts(env, agent, cfg)
    for i in range(cfg.updates):
        batch = next(source)
        loss = update(agent, optimizer, batch, cfg)
        if i % 4 == 0:
            print(f"update {i}: loss {loss:+.4f}")

    before, twin = agent.pi.weight.grad.clone(), copy.deepcopy(agent)
    batch = next(source)
    (fresh,) = torch.autograd.grad(a2c_loss(twin, batch, cfg), [twin.pi.weight])
    update(agent, optimizer, batch, cfg)
    assert before.shape == fresh.shape
    assert torch.allclose(agent.pi.weight.grad, fresh, atol=1e-5)


if __name__ == "__main__":
    train(Config())
