"""GAN on a ring of Gaussians, generator updated first in every iteration."""
import math

import torch
import torch.nn as nn

Z = 8


def ring(n):
    ang = torch.randint(0, 8, (n,)).float() * (2 * math.pi / 8)
    return torch.stack([ang.cos(), ang.sin()], 1) + 0.05 * torch.randn(n, 2)


def net(i, o):
    return nn.Sequential(nn.Linear(i, 32), nn.LeakyReLU(0.2), nn.Linear(32, o))


class GANTrainer:
    def __init__(self, lr=1e-3, batch=64):
        self.G, self.D = net(Z, 2), net(2, 1)
        self.opt_g = torch.optim.Adam(self.G.parameters(), lr=lr, betas=(0.5, 0.9))
        self.opt_d = torch.optim.Adam(self.D.parameters(), lr=lr, betas=(0.5, 0.9))
        self.bce = nn.BCEWithLogitsLoss()
        self.batch = batch
        self.real, self.fake = torch.ones(batch, 1), torch.zeros(batch, 1)

    def update_generator(self):
        self.opt_g.zero_grad()
        g_loss = self.bce(self.D(self.G(torch.randn(self.batch, Z))), self.real)
        g_loss.backward()
        self.opt_g.step()
        return g_loss.item()

    def d_loss(self, x):
        with torch.no_grad():
            x_fake = self.G(torch.randn(len(x), Z))
        return self.bce(self.D(x), self.real) + self.bce(self.D(x_fake), self.fake)

    def update_discriminator(self, x):
        self.opt_d.zero_grad()
        d_loss = self.d_loss(x)
        own = torch.autograd.grad(d_loss, self.D[0].weight, retain_graph=True)[0]
        d_loss.backward()
        clean = torch.allclose(own, self.D[0].weight.grad, atol=1e-7)
        self.opt_d.step()
        return d_loss.item(), clean

    def fit(self, iters=50):
        flags = []
        for _ in range(iters):
            g = self.update_generator()
            d, clean = self.update_discriminator(ring(self.batch))
            flags.append(clean)
        print(f"g {g:.3f} d {d:.3f}")
        return flags


if __name__ == "__main__":
    torch.manual_seed(11)
    flags = GANTrainer().fit()
    assert all(flags)
