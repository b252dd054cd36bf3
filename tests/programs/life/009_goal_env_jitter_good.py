"""Goal-conditioned behaviour cloning with a jittered goal (domain randomisation wrapper)."""
from typing import Dict

import torch
import torch.nn as nn

Obs = Dict[str, torch.Tensor]


class PointVecEnv:
    """n point masses on a plane which all chase the same goal."""

    def __init__(self, n_envs: int, dt: float = 0.1):
        self.n_envs = n_envs
        self.dt = dt
        self.goal = torch.zeros(2)

    def reset(self) -> Obs:
        self.goal = torch.randn(2)
        self.pos = torch.randn(self.n_envs, 2)
        return self._obs()

    def step(self, action: torch.Tensor):
        self.pos = self.pos + self.dt * action.clamp(-1, 1)
        dist = (self.pos - self.goal).norm(dim=1)
        return self._obs(), -dist

    def _obs(self) -> Obs:
        return {"pos": self.pos.clone(), "goal": self.goal.expand(self.n_envs, 2).clone()}


class JitterGoal:
    def __init__(self, env: PointVecEnv, sigma: float):
        self.env, self.sigma = env, sigma

    def _noisy(self, obs: Obs) -> Obs:
        noise = self.sigma * torch.randn(self.env.n_envs, 2)
        obs["goal"] += noise
        return obs

    def reset(self) -> Obs:
        return self._noisy(self.env.reset())

    def step(self, action):
        obs, reward = self.env.step(action)
        return self._noisy(obs), reward


class GoalActor(nn.Module):
    def __init__(self, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, width), nn.Tanh(), nn.Linear(width, 2), nn.Tanh())

    def forward(self, obs: Obs) -> torch.Tensor:
        return self.body(torch.cat([obs["pos"], obs["goal"]], dim=1))


def expert(obs: Obs) -> torch.Tensor:
    return (obs["goal"] - obs["pos"]).clamp(-1, 1)


def train(episodes: int = 6, horizon: int = 10) -> None:
    env = JitterGoal(PointVecEnv(n_envs=16), sigma=0.05)
    actor = GoalActor()
    optimizer = torch.optim.Adam(actor.parameters(), lr=1e-2)
    for ep in range(episodes):
        obs = env.reset()
        score = 0.0
        for _ in range(horizon):
            action = actor(obs)
            loss = nn.functional.mse_loss(action, expert(obs))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            obs, reward = env.step(action.detach())
            score += reward.mean().item()
        print(f"episode {ep}: bc loss {loss.item():.4f}, score {score:.2f}")


if __name__ == "__main__":
    torch.manual_seed(11)
    train()
