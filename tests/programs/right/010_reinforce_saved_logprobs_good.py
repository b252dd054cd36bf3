"""REINFORCE with a policy that stores its log-probs on itself, cleared each episode."""
import math
from itertools import count

import torch
import torch.nn as nn
from torch.distributions import Categorical

torch.set_num_threads(1)


class Pole:
    """A tiny cart-pole integrator."""

    def reset(self):
        self.s = (torch.rand(4) - 0.5) * 0.1
        return self.s.clone()

    def step(self, a):
        x, xd, th, thd = self.s.tolist()
        force = 10.0 if a == 1 else -10.0
        tmp = (force + 0.05 * thd ** 2 * math.sin(th)) / 1.1
        thacc = (9.8 * math.sin(th) - math.cos(th) * tmp) / (0.5 * (4 / 3 - 0.1 * math.cos(th) ** 2 / 1.1))
        xacc = tmp - 0.05 * thacc * math.cos(th) / 1.1
        self.s = torch.tensor([x + 0.02 * xd, xd + 0.02 * xacc, th + 0.02 * thd, thd + 0.02 * thacc])
        return self.s.clone(), 1.0, bool(abs(self.s[0]) > 2.4 or abs(self.s[2]) > 0.21)


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.affine1 = nn.Linear(4, 64)
        self.dropout = nn.Dropout(p=0.2)
        self.affine2 = nn.Linear(64, 2)
        self.saved_log_probs = []
        self.rewards = []

    def forward(self, x):
        return self.affine2(torch.relu(self.dropout(self.affine1(x)))).softmax(-1)

    def select_action(self, state):
        m = Categorical(self(state.unsqueeze(0)))
        action = m.sample()
        self.saved_log_probs.append(m.log_prob(action))
        return action.item()


policy = Policy()
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
eps = torch.finfo(torch.float32).eps


def finish_episode():
    R = 0.0
    returns = []
    for r in policy.rewards[::-1]:
        R = r + 0.99 * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + eps)
    policy_loss = [-lp * ret for lp, ret in zip(policy.saved_log_probs, returns)]
    optimizer.zero_grad()
    loss = torch.cat(policy_loss).sum()
    loss.backward()
    optimizer.step()
    del policy.rewards[:]
    del policy.saved_log_probs[:]
    return loss.item()


def main():
    torch.manual_seed(543)
    env = Pole()
    running = 10.0
    for i_episode in range(30):
        state = env.reset()
        for t in count(1):
            state, reward, done = env.step(policy.select_action(state))
            policy.rewards.append(reward)
            if done or t >= 100:
                break
        running = 0.05 * sum(policy.rewards) + 0.95 * running
        loss = finish_episode()
        if i_episode % 10 == 0:
            print(f"episode {i_episode} length {t} running {running:.2f} loss {loss:.3f}")


if __name__ == "__main__":
    main()
