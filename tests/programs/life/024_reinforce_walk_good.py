"""REINFORCE with a moving baseline on a noisy line walk."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class Walk:
    """Stay close to the middle of a noisy line; three moves: left, stay, right."""

    def __init__(self, limit=4.0, horizon=15):
        self.limit, self.horizon = limit, horizon

    def reset(self):
        self.x, self.t = float(torch.randn(())), 0
        return self._state()

    def _state(self):
        return torch.tensor([self.x / self.limit, self.t / self.horizon])

    def step(self, move):
        self.x += 0.5 * (move - 1) + 0.2 * float(torch.randn(()))
        self.t += 1
        reward = 1.0 - abs(self.x) / self.limit
        return self._state(), reward, self.t >= self.horizon or abs(self.x) > self.limit


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(2, 24)
        self.affine2 = nn.Linear(24, 3)
        self.saved_log_probs = []
        self.rewards = []

    def forward(self, s):
        return F.softmax(self.affine2(torch.relu(self.affine1(s))), dim=-1)


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
gamma = 0.97


def select_action(state):
    m = Categorical(policy(state))
    action = m.sample()
    policy.saved_log_probs.append(m.log_prob(action))
    return action.item()


def finish_episode(baseline):
    R, returns = 0.0, []
    for r in reversed(policy.rewards):
        R = r + gamma * R
        returns.insert(0, R)
    policy_loss = []
    for log_prob, G in zip(policy.saved_log_probs, returns):
        policy_loss.append(-log_prob * (G - baseline))
    optimizer.zero_grad()
    loss = torch.stack(policy_loss).sum()
    loss.backward()
    optimizer.step()
    del policy.rewards[:]
    del policy.saved_log_probs[:]
    return returns[0]


def main():
    torch.manual_seed(543)
    env = Walk()
    baseline = 0.0
    for i_episode in range(1, 31):
        state, done = env.reset(), False
        while not done:
            state, reward, done = env.step(select_action(state))
            policy.rewards.append(reward)
        G0 = finish_episode(baseline)
        baseline = 0.9 * baseline + 0.1 * G0
        if i_episode % 10 == 0:
            print(f"Episode {i_episode}\tLast return: {G0:.2f}\tBaseline: {baseline:.2f}")


if __name__ == "__main__":
    main()
