"""A GAN whose labels are one buffer, which is refilled between the two losses."""

import torch
from torch import nn

torch.manual_seed(0)
generator = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 6), nn.Tanh())
critic = nn.Sequential(nn.Linear(6, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
g_optimizer = torch.optim.Adam(generator.parameters(), lr=2e-4)
d_optimizer = torch.optim.Adam(critic.parameters(), lr=2e-4)
labels = torch.empty(8, 1)


def bce(scores, value):
    labels.fill_(value)  # good: labels = torch.full_like(scores, value)  # expect: AGL102
    p = torch.sigmoid(scores)
    return -(labels * torch.log(p + 1e-6) + (1 - labels) * torch.log(1 - p + 1e-6)).mean()


for _ in range(2):
    real = torch.randn(8, 6)
    fake = generator(torch.randn(8, 4))
    d_loss = bce(critic(real), 0.9) + bce(critic(fake.detach()), 0.1)
    d_optimizer.zero_grad()
    d_loss.backward()  # raises: modified by an inplace operation
    d_optimizer.step()
    g_loss = bce(critic(fake), 1.0)
    g_optimizer.zero_grad()
    g_loss.backward()
    g_optimizer.step()
