"""PPO (clipped surrogate) on a contextual bandit with continuous actions."""
from dataclasses import dataclass

import torch
import torch.nn as nn
from torch.distributions import Normal
from torch.utils.data import BatchSampler, SubsetRandomSampler


@dataclass
class Args:
    iterations: int = 8
    horizon: int = 256
    minibatch: int = 64
    epochs: int = 4
    clip_coef: float = 0.2
    vf_coef: float = 0.5
    ent_coef: float = 0.003
    max_grad_norm: float = 0.5
    lr: float = 3e-3


def layer_init(layer, std=2 ** 0.5):
    nn.init.orthogonal_(layer.weight, std)
    nn.init.zeros_(layer.bias)
    return layer


class Agent(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.critic = nn.Sequential(layer_init(nn.Linear(obs_dim, 32)), nn.Tanh(), layer_init(nn.Linear(32, 1), 1.0))
        self.actor = nn.Sequential(layer_init(nn.Linear(obs_dim, 32)), nn.Tanh(), layer_init(nn.Linear(32, act_dim), 0.01))
        self.logstd = nn.Parameter(torch.zeros(act_dim))

    def evaluate(self, obs, action=None):
        dist = Normal(self.actor(obs), self.logstd.exp())
        if action is None:
            action = dist.sample()
        return action, dist.log_prob(action).sum(-1), dist.entropy().sum(-1), self.critic(obs).squeeze(-1)


class PPO:
    def __init__(self, args, obs_dim=4, act_dim=2):
        self.args = args
        self.agent = Agent(obs_dim, act_dim)
        self.opt = torch.optim.Adam(self.agent.parameters(), lr=args.lr, eps=1e-5)
        self.mixing = torch.randn(obs_dim, act_dim)

    def reward(self, obs, act):
        return -(act - torch.tanh(obs @ self.mixing)).pow(2).sum(-1)

    def collect(self):
        with torch.no_grad():
            obs = torch.randn(self.args.horizon, 4)
            act, logp, _, value = self.agent.evaluate(obs)
            rew = self.reward(obs, act)
        return {"obs": obs, "act": act, "logp": logp, "ret": rew, "adv": rew - value}

    def clip(self):
        return nn.utils.clip_grad_norm_(self.agent.parameters(), self.args.max_grad_norm)

    def minibatch_loss(self, mb):
        _, logp, ent, value = self.agent.evaluate(mb["obs"], mb["act"])
        ratio = (logp - mb["logp"]).exp()
        adv = (mb["adv"] - mb["adv"].mean()) / (mb["adv"].std() + 1e-8)
        pg = -torch.min(ratio * adv, ratio.clamp(1 - self.args.clip_coef, 1 + self.args.clip_coef) * adv).mean()
        vf = 0.5 * (value - mb["ret"]).pow(2).mean()
        return pg + self.args.vf_coef * vf - self.args.ent_coef * ent.mean()

    def learn(self, buf):
        norms = []
        for _ in range(self.args.epochs):
            sampler = BatchSampler(SubsetRandomSampler(range(self.args.horizon)), self.args.minibatch, drop_last=True)
            for idx in sampler:
                loss = self.minibatch_loss({k: v[idx] for k, v in buf.items()})
                self.opt.zero_grad()
                loss.backward()
                self.opt.step()
                norms.append(self.clip().item())  # expect: AGL306
        return sum(norms) / len(norms)


def main():
    torch.manual_seed(2)
    ppo = PPO(Args())
    for it in range(ppo.args.iterations):
        buf = ppo.collect()
        norm = ppo.learn(buf)
        print(f"iter {it} reward {buf['ret'].mean().item():.3f} grad norm {norm:.3f} std {ppo.agent.logstd.exp().mean().item():.3f}")


if __name__ == "__main__":
    main()
