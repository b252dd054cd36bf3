import torch
import torch.nn as nn
from torch.distributions import Categorical


class Corridor:
    """Walk right to reach the goal; -0.1 per step."""

    def __init__(self, length=6):
        self.length = length

    def reset(self):
        self.pos = 0
        self.t = 0
        return self._obs()

    def _obs(self):
        o = torch.zeros(self.length)
        o[self.pos] = 1.0
        return o

    def step(self, action):
        self.pos = max(0, min(self.length - 1, self.pos + (1 if action == 1 else -1)))
        self.t += 1
        done = self.pos == self.length - 1 or self.t >= 15
        reward = 1.0 if self.pos == self.length - 1 else -0.1
        return self._obs(), reward, done


class Policy(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(n_obs, 16), nn.Tanh(), nn.Linear(16, n_act))
        self.saved_log_probs, self.rewards = [], []

    def act(self, obs):
        dist = Categorical(logits=self.net(obs))
        a = dist.sample()
        self.saved_log_probs.append(dist.log_prob(a))
        return a.item()


def finish_episode(policy, optimizer, gamma=0.99):
    ret = torch.zeros(1)
    loss = torch.zeros(1)
    for logp, r in zip(reversed(policy.saved_log_probs), reversed(policy.rewards)):
        ret = ret * gamma + r
        loss = loss - logp * ret
    optimizer.zero_grad()
    loss.sum().backward()
    optimizer.step()
    del policy.saved_log_probs[:], policy.rewards[:]
    return loss.item()


def main(episodes=5):
    torch.manual_seed(543)
    env = Corridor()
    policy = Policy(env.length, 2)
    optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
    for ep in range(episodes):
        obs, done = env.reset(), False
        while not done:
            obs, r, done = env.step(policy.act(obs))
            policy.rewards.append(r)
        total = sum(policy.rewards)
        print("episode", ep, "return", round(total, 2), "loss", finish_episode(policy, optimizer))


if __name__ == "__main__":
    main()
