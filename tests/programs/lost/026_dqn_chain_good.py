"""DQN on a 6-state chain walk, numpy replay buffer."""
import random
from collections import deque

import numpy as np
import torch
from torch import nn


class Chain:
    def __init__(self, n=6):
        self.n = n

    def reset(self):
        self.s, self.t = 0, 0
        return self._obs()

    def _obs(self):
        o = np.zeros(self.n, dtype=np.float32)
        o[self.s] = 1.0
        return o

    def step(self, a):
        self.s = min(self.s + 1, self.n - 1) if a == 1 else max(self.s - 1, 0)
        self.t += 1
        r = 1.0 if self.s == self.n - 1 else (0.05 if self.s == 0 else 0.0)
        return self._obs(), r, self.t >= 12


class DQNAgent:
    def __init__(self, n_obs, n_act, gamma=0.95, lr=5e-3, sync_every=25):
        self.q_net = nn.Sequential(nn.Linear(n_obs, 32), nn.ReLU(), nn.Linear(32, n_act))
        self.target_net = nn.Sequential(nn.Linear(n_obs, 32), nn.ReLU(), nn.Linear(32, n_act))
        self.target_net.load_state_dict(self.q_net.state_dict())
        self.opt = torch.optim.Adam(self.q_net.parameters(), lr=lr)
        self.buffer = deque(maxlen=2000)
        self.gamma, self.sync_every = gamma, sync_every
        self.updates, self.drift = 0, []
        self.n_act = n_act

    def act(self, obs, eps):
        if random.random() < eps:
            return random.randrange(self.n_act)
        with torch.no_grad():
            return self.q_net(torch.from_numpy(obs)).argmax().item()

    def learn(self, batch_size=32):
        batch = random.sample(self.buffer, batch_size)
        s, a, r, s2, done = map(np.stack, zip(*batch))
        s, s2 = torch.from_numpy(s), torch.from_numpy(s2)
        a = torch.from_numpy(a).long().unsqueeze(1)
        r = torch.from_numpy(r).float()
        done = torch.from_numpy(done).float()
        q = self.q_net(s).gather(1, a).squeeze(1)
        with torch.no_grad():
            y = r + self.gamma * (1 - done) * self.target_net(s2).max(1).values
        loss = nn.functional.smooth_l1_loss(q, y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.updates += 1
        with torch.no_grad():
            self.drift.append((self.q_net(s) - self.target_net(s)).abs().max().item())
        if self.updates % self.sync_every == 0:
            self.target_net.load_state_dict(self.q_net.state_dict())


def main():
    random.seed(0)
    torch.manual_seed(0)
    env, agent = Chain(), DQNAgent(6, 2)
    for ep in range(25):
        obs, done, ret = env.reset(), False, 0.0
        while not done:
            a = agent.act(obs, eps=max(0.1, 1 - ep / 15))
            nxt, r, done = env.step(a)
            agent.buffer.append((obs, a, r, nxt, done))
            obs, ret = nxt, ret + r
            if len(agent.buffer) >= 64:
                agent.learn()
    print("last return", round(ret, 2), "updates", agent.updates)
    assert max(agent.drift) > 0.0


main()
