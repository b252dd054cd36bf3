import copy
import random
from dataclasses import dataclass
from typing import Dict

import torch
from torch import Tensor, nn
import torch.nn.functional as F


@dataclass
class DDPGConfig:
    obs_dim: int = 3
    act_dim: int = 1
    hidden: int = 32
    gamma: float = 0.98
    tau: float = 0.01
    batch_size: int = 16


class Actor(nn.Module):
    def __init__(self, cfg: DDPGConfig):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(cfg.obs_dim, cfg.hidden), nn.ReLU(), nn.Linear(cfg.hidden, cfg.act_dim), nn.Tanh())

    def forward(self, s: Tensor) -> Tensor:
        return self.net(s)


class Critic(nn.Module):
    def __init__(self, cfg: DDPGConfig):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(cfg.obs_dim + cfg.act_dim, cfg.hidden), nn.ReLU(), nn.Linear(cfg.hidden, 1))

    def forward(self, s: Tensor, a: Tensor) -> Tensor:
        return self.net(torch.cat([s, a], dim=-1)).squeeze(-1)


class DDPG:
    def __init__(self, cfg: DDPGConfig):
        self.cfg = cfg
        self.actor, self.critic = Actor(cfg), Critic(cfg)
        self.actor_t, self.critic_t = copy.deepcopy(self.actor), copy.deepcopy(self.critic)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), lr=1e-4)
        self.critic_opt = torch.optim.Adam(self.critic.parameters(), lr=1e-3)

    def critic_loss(self, b: Dict[str, Tensor]) -> Tensor:
        with torch.no_grad():
            y = b["r"] + self.cfg.gamma * self.critic_t(b["s2"], self.actor_t(b["s2"]))
        return F.mse_loss(self.critic(b["s"], b["a"]), y)

    def actor_loss(self, b: Dict[str, Tensor]) -> Tensor:
        return -self.critic(b["s"], self.actor(b["s"])).mean()

    def update(self, b: Dict[str, Tensor]) -> Dict[str, float]:
        losses = {"critic": self.critic_loss(b)}
        self.critic_opt.zero_grad()
        losses["critic"].backward()
        self.critic_opt.step()
        losses["actor"] = self.actor_loss(b)
        self.actor_opt.zero_grad()
        losses["actor"].backward()
        self.actor_opt.step()
        self.sync()
        return {k: v.item() for k, v in losses.items()}

    @torch.no_grad()
    def sync(self) -> None:
        for net, tgt in ((self.actor, self.actor_t), (self.critic, self.critic_t)):
            for p, tp in zip(net.parameters(), tgt.parameters()):
                tp.lerp_(p, self.cfg.tau)


if __name__ == "__main__":
    random.seed(0), torch.manual_seed(0)
    cfg = DDPGConfig()
    agent = DDPG(cfg)
    for i in range(3):
        n = cfg.batch_size
        batch = dict(s=torch.randn(n, 3), a=torch.rand(n, 1) * 2 - 1, r=torch.randn(n), s2=torch.randn(n, 3))
        print(i, agent.update(batch))
