import torch
from torch import nn


def train(loader):
    net = nn.Linear(3, 3)
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    running = torch.zeros(3)
    for x, y in loader:
        optimizer.zero_grad()
        h = net(x)
        running.mul_(0.9).add_(h.mean(0).detach() * 0.1)
        loss = (h - y).pow(2).mean()
        loss.backward()
        optimizer.step()
    print(running)
