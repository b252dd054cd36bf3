import copy
import random
from collections import deque
from typing import NamedTuple

import torch
from torch import Tensor, nn, optim
import torch.nn.functional as F


class Transition(NamedTuple):
    s: Tensor
    a: int
    r: float
    s2: Tensor
    done: bool


class QNet(nn.Module):
    def __init__(self, obs: int, n_act: int):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(obs, 32), nn.ReLU(), nn.Linear(32, n_act))

    def forward(self, s: Tensor) -> Tensor:
        return self.net(s)


class Agent:
    def __init__(self, obs: int = 4, n_act: int = 2, tau: float = 0.01, gamma: float = 0.99) -> None:
        self.q = QNet(obs, n_act)
        self.target = copy.deepcopy(self.q)
        self.opt = optim.Adam(self.q.parameters(), lr=1e-3)
        self.memory: deque = deque(maxlen=500)
        self.tau, self.gamma = tau, gamma

    def act(self, s: Tensor, eps: float) -> int:
        if random.random() < eps:
            return random.randrange(2)
        with torch.no_grad():
            return int(self.q(s).argmax())

    def soft_update(self) -> None:
        with torch.no_grad():
            for tp, p in zip(self.target.parameters(), self.q.parameters()):
                tp.mul_(1.0 - self.tau)
                tp.add_(self.tau * p)

    def learn(self, batch_size: int = 16) -> float:
        batch = random.sample(self.memory, batch_size)
        s = torch.stack([t.s for t in batch])
        s2 = torch.stack([t.s2 for t in batch])
        a = torch.tensor([t.a for t in batch])
        r = torch.tensor([t.r for t in batch])
        done = torch.tensor([float(t.done) for t in batch])
        q = self.q(s).gather(1, a[:, None]).squeeze(1)
        with torch.no_grad():
            y = r + self.gamma * (1 - done) * self.target(s2).max(1).values
        loss = F.smooth_l1_loss(q, y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.soft_update()
        return loss.item()


def run(steps: int = 60) -> None:
    random.seed(0)
    torch.manual_seed(0)
    agent = Agent()
    s = torch.randn(4)
    for step in range(steps):
        a = agent.act(s, eps=0.2)
        s2, r = torch.randn(4), float(s[a] > 0)
        agent.memory.append(Transition(s, a, r, s2, random.random() < 0.05))
        s = s2
        if len(agent.memory) >= 32:
            agent.learn()
    print("done", len(agent.memory))


if __name__ == "__main__":
    run()
