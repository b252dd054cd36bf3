import copy
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class SACConfig:
    obs_dim: int = 5
    act_dim: int = 2
    hidden: int = 32
    lr: float = 1e-3
    gamma: float = 0.98
    tau: float = 0.01
    batch: int = 64
    updates: int = 60


def mlp(i, h, o):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


class GaussianPolicy(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.net = mlp(cfg.obs_dim, cfg.hidden, 2 * cfg.act_dim)

    def sample(self, obs):
        mean, log_std = self.net(obs).chunk(2, dim=-1)
        dist = torch.distributions.Normal(mean, log_std.clamp(-5, 2).exp())
        raw = dist.rsample()
        act = torch.tanh(raw)
        logp = dist.log_prob(raw) - torch.log(1 - act.pow(2) + 1e-6)
        return act, logp.sum(-1, keepdim=True)


class SAC:
    def __init__(self, cfg):
        self.cfg = cfg
        self.policy = GaussianPolicy(cfg)
        self.q = mlp(cfg.obs_dim + cfg.act_dim, cfg.hidden, 1)
        self.q_target = copy.deepcopy(self.q).requires_grad_(False)
        self.log_alpha = torch.zeros(1, requires_grad=True)
        self.target_entropy = -float(cfg.act_dim)
        self.policy_opt = torch.optim.Adam(self.policy.parameters(), lr=cfg.lr)
        self.q_opt = torch.optim.Adam(self.q.parameters(), lr=cfg.lr)
        self.alpha_opt = torch.optim.Adam([self.log_alpha], lr=cfg.lr)

    def update_q(self, obs, act, rew, nxt):
        with torch.no_grad():
            na, nlogp = self.policy.sample(nxt)
            target = self.q_target(torch.cat([nxt, na], -1)) - self.log_alpha.exp() * nlogp
            y = rew + self.cfg.gamma * target
        loss = F.mse_loss(self.q(torch.cat([obs, act], -1)), y)
        self.q_opt.zero_grad()
        loss.backward()
        self.q_opt.step()
        return loss.item()

    def update_policy(self, obs):
        act, logp = self.policy.sample(obs)
        q = self.q(torch.cat([obs, act], -1))
        loss = (self.log_alpha.exp().detach() * logp - q).mean()
        self.policy_opt.zero_grad()
        loss.backward()
        self.policy_opt.step()
        return logp.detach()

    def update_alpha(self, logp):
        alpha_loss = -(self.log_alpha * (logp + self.target_entropy)).mean()
        self.alpha_opt.zero_grad()
        alpha_loss.backward()
        self.alpha_opt.step()
        return alpha_loss.item()

    def soft_update(self):
        with torch.no_grad():
            for p, tp in zip(self.q.parameters(), self.q_target.parameters()):
                tp.lerp_(p, self.cfg.tau)


def main():
    torch.manual_seed(5)
    cfg = SACConfig()
    agent = SAC(cfg)
    for it in range(cfg.updates):
        obs, nxt = torch.randn(cfg.batch, cfg.obs_dim), torch.randn(cfg.batch, cfg.obs_dim)
        act = torch.rand(cfg.batch, cfg.act_dim) * 2 - 1
        rew = -(act - obs[:, : cfg.act_dim].tanh()).pow(2).sum(-1, keepdim=True)
        q_loss = agent.update_q(obs, act, rew, nxt)
        logp = agent.update_policy(obs)
        a_loss = agent.update_alpha(logp)
        agent.soft_update()
        if it % 20 == 0:
            print(f"it {it} q {q_loss:.3f} alpha {agent.log_alpha.exp().item():.4f} alpha_loss {a_loss:.3f}")
    print("final alpha", agent.log_alpha.exp().item())


if __name__ == "__main__":
    main()
