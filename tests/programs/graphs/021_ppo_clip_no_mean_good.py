import torch
import torch.nn as nn
from torch.distributions import Normal


class ActorCritic(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden=32):
        super().__init__()
        self.pi = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh(), nn.Linear(hidden, act_dim))
        self.v = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh(), nn.Linear(hidden, 1))
        self.log_std = nn.Parameter(torch.full((act_dim,), -0.5))

    def dist(self, obs):
        return Normal(self.pi(obs), self.log_std.exp())

    def evaluate(self, obs, act):
        d = self.dist(obs)
        return d.log_prob(act).sum(-1), d.entropy().sum(-1), self.v(obs).squeeze(-1)


def collect(ac, n=64):
    with torch.no_grad():
        obs = torch.randn(n, 4)
        d = ac.dist(obs)
        act = d.sample()
        rew = -(act.sum(-1) - obs.sum(-1)).abs()
        adv = rew - ac.v(obs).squeeze(-1)
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        return dict(obs=obs, act=act, ret=rew, adv=adv, logp=d.log_prob(act).sum(-1))


def ppo_update(ac, opt, buf, clip=0.2, epochs=3, minibatch=16, ent_coef=0.01):
    n = len(buf["obs"])
    for _ in range(epochs):
        for idx in torch.randperm(n).split(minibatch):
            b = {k: v[idx] for k, v in buf.items()}
            logp, ent, value = ac.evaluate(b["obs"], b["act"])
            ratio = torch.exp(logp - b["logp"])
            surr1 = ratio * b["adv"]
            surr2 = ratio.clamp(1 - clip, 1 + clip) * b["adv"]
            policy_loss = -torch.min(surr1, surr2).mean()
            value_loss = 0.5 * (value - b["ret"]).pow(2).mean()
            loss = policy_loss + value_loss - ent_coef * ent.mean()
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(ac.parameters(), 0.5)
            opt.step()


torch.manual_seed(0)
agent = ActorCritic(4, 2)
optimizer = torch.optim.Adam(agent.parameters(), lr=3e-4)
for iteration in range(3):
    rollout = collect(agent)
    ppo_update(agent, optimizer, rollout)
    print(iteration, "mean reward", rollout["ret"].mean().item())
