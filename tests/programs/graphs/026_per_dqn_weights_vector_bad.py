import random
from collections import deque, namedtuple

import torch
import torch.nn as nn
import torch.nn.functional as F

Transition = namedtuple("Transition", "s a r s2 done")


class PrioritizedReplay:
    def __init__(self, capacity=500, alpha=0.6):
        self.buf, self.prio, self.alpha = deque(maxlen=capacity), deque(maxlen=capacity), alpha

    def push(self, *args):
        self.buf.append(Transition(*args))
        self.prio.append(max(self.prio, default=1.0))

    def sample(self, n, beta=0.4):
        p = torch.tensor(list(self.prio)) ** self.alpha
        p = p / p.sum()
        idx = torch.multinomial(p, n)
        w = (len(self.buf) * p[idx]) ** -beta
        batch = [self.buf[i] for i in idx.tolist()]
        cols = [torch.stack([torch.as_tensor(v) for v in col]) for col in zip(*batch)]
        return idx, w / w.max(), Transition(*cols)

    def update(self, idx, td):
        for i, e in zip(idx.tolist(), td.tolist()):
            self.prio[i] = abs(e) + 1e-5


def optimize(q_net, target_net, optimizer, memory, batch_size=32, gamma=0.99):
    idx, weights, b = memory.sample(batch_size)
    q = q_net(b.s).gather(1, b.a.unsqueeze(1)).squeeze(1)
    with torch.no_grad():
        target = b.r + gamma * target_net(b.s2).max(1).values * (1 - b.done)
    elementwise = F.smooth_l1_loss(q, target, reduction="none")
    memory.update(idx, (q - target).detach())
    loss = weights * elementwise
    optimizer.zero_grad()
    loss.backward()  # expect: AGL203  # raises: grad can be implicitly created only for scalar outputs
    optimizer.step()
    return loss.detach().sum().item()


def main():
    torch.manual_seed(0)
    random.seed(0)
    q_net, target_net = (nn.Sequential(nn.Linear(3, 24), nn.ReLU(), nn.Linear(24, 2)) for _ in range(2))
    target_net.load_state_dict(q_net.state_dict())
    optimizer = torch.optim.Adam(q_net.parameters(), lr=1e-3)
    memory, s = PrioritizedReplay(), torch.randn(3)
    for t in range(60):
        with torch.no_grad():
            a = random.randrange(2) if random.random() < 0.2 else q_net(s).argmax().item()
        s2 = 0.9 * s + 0.1 * torch.randn(3) + (0.1 if a else -0.1)
        memory.push(s, a, -s2.abs().sum().item(), s2, float(t % 15 == 14))
        s = s2
        if t >= 32:
            loss = optimize(q_net, target_net, optimizer, memory)
        if t % 20 == 0:
            target_net.load_state_dict(q_net.state_dict())
    print("last loss", loss)


main()
