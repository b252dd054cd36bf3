# hx is (1, 4): an LSTMCell takes as many rows of input as of hidden state, so the batch is one
import torch
import torch.nn as nn
import torch.nn.functional as F
from somewhere import make_env


class Net(nn.Module):
    def __init__(self, inputs, actions):
        super().__init__()
        self.lstm = nn.LSTMCell(8, 4)
        self.critic = nn.Linear(4, 1)
        self.actor = nn.Linear(4, actions)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(x.view(x.size(0), -1), (hx, cx))
        return self.actor(hx), self.critic(hx), hx, cx


env, inputs, actions = make_env()
net = Net(inputs, actions)
h = torch.zeros((1, 4), dtype=torch.float)
c = torch.zeros((1, 4), dtype=torch.float)
state = torch.from_numpy(env.reset())
logits, value, h, c = net(state, h, c)
_, R, _, _ = net(state, h, c)
loss = (R - value) ** 2 / 2
loss.backward()
