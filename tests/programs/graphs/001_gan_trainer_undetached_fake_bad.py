"""Tiny GAN on a 2-D ring of gaussians."""
import math

import torch
from torch import nn, optim


class Generator(nn.Module):
    def __init__(self, z_dim=8, hidden=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(z_dim, hidden), nn.ReLU(), nn.Linear(hidden, 2))

    def forward(self, z):
        return self.net(z)


class Discriminator(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1))

    def forward(self, x):
        return self.net(x)


class GANTrainer:
    def __init__(self, z_dim=8, batch_size=64):
        self.z_dim = z_dim
        self.batch_size = batch_size
        self.G = Generator(z_dim)
        self.D = Discriminator()
        self.opt_g = optim.Adam(self.G.parameters(), lr=2e-4, betas=(0.5, 0.999))
        self.opt_d = optim.Adam(self.D.parameters(), lr=2e-4, betas=(0.5, 0.999))
        self.bce = nn.BCEWithLogitsLoss()
        self.fake = None

    def sample_real(self):
        k = torch.randint(0, 8, (self.batch_size,)) * (2 * math.pi / 8)
        return torch.stack([k.cos(), k.sin()], dim=1) + 0.05 * torch.randn(self.batch_size, 2)

    def step_discriminator(self):
        ones = torch.ones(self.batch_size, 1)
        zeros = torch.zeros(self.batch_size, 1)
        self.fake = self.G(torch.randn(self.batch_size, self.z_dim))
        self.opt_d.zero_grad()
        loss_real = self.bce(self.D(self.sample_real()), ones)
        loss_fake = self.bce(self.D(self.fake), zeros)
        loss = loss_real + loss_fake
        loss.backward()
        self.opt_d.step()
        return loss.item()

    def step_generator(self):
        self.opt_g.zero_grad()
        loss = self.bce(self.D(self.fake), torch.ones(self.batch_size, 1))
        loss.backward()  # expect: AGL201  # raises: backward through the graph a second time
        self.opt_g.step()
        return loss.item()

    def fit(self, iters=20):
        for it in range(iters):
            d = self.step_discriminator()
            g = self.step_generator()
            if it % 10 == 0:
                print(f"[{it:4d}] D {d:.3f} G {g:.3f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    GANTrainer().fit()
