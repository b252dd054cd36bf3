"""The generator's loss is computed before the critic has stepped, and goes backward after."""

import torch
from torch import nn
import torch.nn.functional as F


class GAN:
    def __init__(self):
        self.g = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 5))
        self.d = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 1))
        self.g_opt = torch.optim.RMSprop(self.g.parameters(), lr=1e-3)
        self.d_opt = torch.optim.RMSprop(self.d.parameters(), lr=1e-3)

    def train_step(self, real):
        fake = self.g(torch.randn(len(real), 3))
        g_loss = F.softplus(-self.d(fake)).mean()
        d_loss = F.softplus(self.d(fake.detach())).mean() + F.softplus(-self.d(real)).mean()
        self.d_opt.zero_grad()
        d_loss.backward()
        self.d_opt.step()  # good: self.d_opt.step(); g_loss = F.softplus(-self.d(fake)).mean()  # expect: AGL106
        self.g_opt.zero_grad()
        g_loss.backward()  # raises: modified by an inplace operation
        self.g_opt.step()


torch.manual_seed(0)
gan = GAN()
for _ in range(3):
    gan.train_step(torch.randn(6, 5))
