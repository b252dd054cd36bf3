import torch
import torch.nn as nn
from torch.optim import Adam
from torch.distributions import Categorical


class RolloutBuffer:
    def __init__(self):
        self.obs, self.act, self.rew, self.done = [], [], [], []

    def add(self, obs, act, rew, done):
        for store, item in zip((self.obs, self.act, self.rew, self.done), (obs, act, rew, done)):
            store.append(item)

    def stacked(self):
        return tuple(torch.stack(s) for s in (self.obs, self.act, self.rew, self.done))


def discounted_returns(rew, done, last_value, gamma):
    T, N = rew.shape
    discount = torch.tensor(gamma).expand(T, N)
    discount.mul_(1.0 - done)  # expect: AGL105  # raises: more than one element of the written-to tensor
    ret = torch.empty(T, N)
    running = last_value
    for t in reversed(range(T)):
        running = rew[t] + discount[t] * running
        ret[t] = running
    return ret


class ActorCritic(nn.Module):
    def __init__(self, d, n):
        super().__init__()
        self.base = nn.Sequential(nn.Linear(d, 32), nn.Tanh())
        self.pi, self.v = nn.Linear(32, n), nn.Linear(32, 1)

    def forward(self, obs):
        h = self.base(obs)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1)


class A2C:
    def __init__(self, n_envs=4, obs_dim=5, n_act=3, horizon=6, gamma=0.97):
        self.ac = ActorCritic(obs_dim, n_act)
        self.opt = Adam(self.ac.parameters(), lr=7e-4)
        self.n_envs, self.obs_dim, self.horizon, self.gamma = n_envs, obs_dim, horizon, gamma
        self.obs = torch.randn(n_envs, obs_dim)

    @torch.no_grad()
    def collect(self):
        buf = RolloutBuffer()
        for _ in range(self.horizon):
            a = self.ac(self.obs)[0].sample()
            rew, done = torch.randn(self.n_envs), (torch.rand(self.n_envs) < 0.1).float()
            buf.add(self.obs, a, rew, done)
            self.obs = torch.randn(self.n_envs, self.obs_dim)
        return buf.stacked(), self.ac(self.obs)[1]

    def update(self):
        (obs, act, rew, done), last_v = self.collect()
        ret = discounted_returns(rew, done, last_v, self.gamma)
        dist, v = self.ac(obs)
        adv = ret - v.detach()
        loss = -(dist.log_prob(act) * adv).mean() + 0.5 * (ret - v).pow(2).mean() - 0.01 * dist.entropy().mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()


if __name__ == "__main__":
    torch.manual_seed(0)
    agent = A2C()
    print([round(agent.update(), 3) for _ in range(3)])
