# Deep Q-learning, tutorial layout: module-level nets + optimize_model()
import copy
import math
import random
from collections import deque, namedtuple
from itertools import count

import torch
import torch.nn as nn
import torch.optim as optim

Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))

BATCH_SIZE = 32
GAMMA = 0.95
EPS_START, EPS_END, EPS_DECAY = 0.9, 0.1, 150
TARGET_UPDATE = 4
SIZE = 4


class ReplayMemory:
    def __init__(self, capacity):
        self.memory = deque([], maxlen=capacity)

    def push(self, *args):
        self.memory.append(Transition(*args))

    def sample(self, n):
        return random.sample(self.memory, n)

    def __len__(self):
        return len(self.memory)


class Grid:
    MOVES = ((0, 1), (0, -1), (1, 0), (-1, 0))

    def reset(self):
        self.r = self.c = 0
        return self.state()

    def state(self):
        s = torch.zeros(1, SIZE * SIZE)
        s[0, self.r * SIZE + self.c] = 1
        return s

    def step(self, a):
        dr, dc = self.MOVES[a]
        self.r = min(max(self.r + dr, 0), SIZE - 1)
        self.c = min(max(self.c + dc, 0), SIZE - 1)
        done = (self.r, self.c) == (SIZE - 1, SIZE - 1)
        return self.state(), 1.0 if done else -0.05, done


def dqn():
    return nn.Sequential(nn.Linear(SIZE * SIZE, 32), nn.ReLU(), nn.Linear(32, 4))


random.seed(18)
torch.manual_seed(18)
policy_net = dqn()
target_net = dqn()
target_net.load_state_dict(policy_net.state_dict())
target_net.eval()

optimizer = optim.RMSprop(policy_net.parameters(), lr=1e-3)
memory = ReplayMemory(1000)
criterion = nn.SmoothL1Loss()
steps_done = 0


def select_action(state):
    global steps_done
    eps = EPS_END + (EPS_START - EPS_END) * math.exp(-steps_done / EPS_DECAY)
    steps_done += 1
    if random.random() < eps:
        return random.randrange(4)
    with torch.no_grad():
        return policy_net(state).argmax(1).item()


def compute_loss(net, transitions):
    batch = Transition(*zip(*transitions))
    non_final = torch.tensor([s is not None for s in batch.next_state])
    q = net(torch.cat(batch.state)).gather(1, torch.tensor(batch.action).unsqueeze(1)).squeeze(1)
    next_q = torch.zeros(len(transitions))
    if non_final.any():
        with torch.no_grad():
            next_q[non_final] = target_net(torch.cat([s for s in batch.next_state if s is not None])).max(1)[0]
    return criterion(q, torch.tensor(batch.reward) + GAMMA * next_q)


def optimize_model(transitions=None):
    if len(memory) < BATCH_SIZE:
        return
    loss = compute_loss(policy_net, transitions or memory.sample(BATCH_SIZE))
    target_net.zero_grad()  # expect: AGL312
    loss.backward()
    optimizer.step()


for episode in range(12):
    env = Grid()
    state = env.reset()
    for t in count():
        action = select_action(state)
        next_state, reward, done = env.step(action)
        memory.push(state, action, None if done else next_state, reward)
        state = next_state
        optimize_model()
        if done or t >= 30:
            break
    if episode % TARGET_UPDATE == 0:
        target_net.load_state_dict(policy_net.state_dict())
        print(f"episode {episode}: {t + 1} steps, {len(memory)} stored")

sample = memory.sample(BATCH_SIZE)
before = policy_net[2].bias.grad.clone()
twin = copy.deepcopy(policy_net)
(fresh,) = torch.autograd.grad(compute_loss(twin, sample), [twin[2].bias])
optimize_model(sample)
assert torch.allclose(policy_net[2].bias.grad, before + fresh, atol=1e-5)
assert before.abs().max() > 1e-3
