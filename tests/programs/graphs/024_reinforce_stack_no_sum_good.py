import torch
from torch import nn
from torch.distributions import Categorical

GAMMA = 0.95


class Bandit:
    """Contextual bandit with an episode of fixed length."""

    def __init__(self, n_arms=4, horizon=12):
        self.w = torch.randn(n_arms, 3)
        self.horizon = horizon

    def reset(self):
        self.t = 0
        self.ctx = torch.randn(3)
        return self.ctx

    def step(self, arm):
        reward = (self.w[arm] @ self.ctx).item()
        self.t += 1
        self.ctx = torch.randn(3)
        return self.ctx, reward, self.t >= self.horizon


class ReinforceAgent:
    def __init__(self, n_arms):
        self.policy = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, n_arms))
        self.optimizer = torch.optim.Adam(self.policy.parameters(), lr=1e-2)
        self.log_probs, self.rewards = [], []

    def act(self, ctx):
        dist = Categorical(logits=self.policy(ctx))
        a = dist.sample()
        self.log_probs.append(dist.log_prob(a))
        return a.item()

    def finish_episode(self):
        R, returns = 0.0, []
        for r in reversed(self.rewards):
            R = r + GAMMA * R
            returns.insert(0, R)
        returns = torch.tensor(returns)
        returns = (returns - returns.mean()) / (returns.std() + 1e-8)
        policy_loss = (-torch.stack(self.log_probs) * returns).sum()
        self.optimizer.zero_grad()
        policy_loss.backward()
        self.optimizer.step()
        self.log_probs.clear()
        self.rewards.clear()


torch.manual_seed(4)
env, agent = Bandit(), ReinforceAgent(4)
for episode in range(10):
    ctx, done = env.reset(), False
    while not done:
        ctx, reward, done = env.step(agent.act(ctx))
        agent.rewards.append(reward)
    print(f"episode {episode}: {sum(agent.rewards):+.2f}")
    agent.finish_episode()
