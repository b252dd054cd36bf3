"""PPO update with a shared trunk, one epoch of minibatches over a synthetic buffer."""
from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn as nn
from torch.distributions import Categorical


@dataclass
class PPOConfig:
    clip: float = 0.2
    vf_coef: float = 0.5
    ent_coef: float = 0.01
    lr: float = 3e-4
    minibatch: int = 32
    max_grad_norm: float = 0.5


@dataclass
class AgentOutput:
    dist: Categorical
    value: torch.Tensor


@dataclass
class Batch:
    obs: torch.Tensor
    act: torch.Tensor
    logp: torch.Tensor
    adv: torch.Tensor
    ret: torch.Tensor

    def __getitem__(self, idx) -> Batch:
        return Batch(self.obs[idx], self.act[idx], self.logp[idx], self.adv[idx], self.ret[idx])


class ActorCritic(nn.Module):
    def __init__(self, obs_dim: int, n_act: int):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(obs_dim, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh())
        self.pi = nn.Linear(64, n_act)
        self.v = nn.Linear(64, 1)

    def forward(self, obs) -> AgentOutput:
        h = self.trunk(obs)
        return AgentOutput(Categorical(logits=self.pi(h)), self.v(h).squeeze(-1))


class PPO:
    def __init__(self, net: ActorCritic, cfg: PPOConfig):
        self.net, self.cfg = net, cfg
        self.optim = torch.optim.Adam(net.parameters(), lr=cfg.lr, eps=1e-5)

    def _policy_backward(self, out: AgentOutput, mb: Batch) -> float:
        ratio = (out.dist.log_prob(mb.act) - mb.logp).exp()
        clipped = ratio.clamp(1 - self.cfg.clip, 1 + self.cfg.clip)
        loss = -torch.min(ratio * mb.adv, clipped * mb.adv).mean()
        loss = loss - self.cfg.ent_coef * out.dist.entropy().mean()
        loss.backward(retain_graph=True)  # the value loss shares the trunk
        return loss.item()

    def _value_backward(self, out: AgentOutput, mb: Batch) -> float:
        loss = self.cfg.vf_coef * (out.value - mb.ret).pow(2).mean()
        loss.backward()
        return loss.item()

    def update(self, buf: Batch) -> list[tuple[float, float]]:
        stats = []
        for idx in torch.randperm(len(buf.obs)).split(self.cfg.minibatch):
            mb = buf[idx]
            out = self.net(mb.obs)
            self.optim.zero_grad()
            pl = self._policy_backward(out, mb)
            vl = self._value_backward(out, mb)
            nn.utils.clip_grad_norm_(self.net.parameters(), self.cfg.max_grad_norm)
            self.optim.step()
            stats.append((pl, vl))
        return stats


def collect(net: ActorCritic, n: int) -> Batch:
    obs = torch.randn(n, 6)
    with torch.no_grad():
        out = net(obs)
        act = out.dist.sample()
        logp = out.dist.log_prob(act)
    reward = (act == (obs[:, 0] > 0).long()).float()
    adv = (reward - reward.mean()) / (reward.std() + 1e-8)
    return Batch(obs, act, logp, adv, reward)


if __name__ == "__main__":
    torch.manual_seed(8)
    net = ActorCritic(6, 2)
    ppo = PPO(net, PPOConfig())
    for it in range(4):
        pl, vl = ppo.update(collect(net, 128))[-1]
        print(f"iter {it} pi {pl:+.4f} vf {vl:.4f}")
