import torch
from torch import nn
from torch import optim


class Generator(nn.Module):
    def __init__(self, nz, d):
        super().__init__()
        self.nz = nz
        self.net = nn.Sequential(nn.Linear(nz, 32), nn.ReLU(True), nn.Linear(32, d))

    def forward(self, n):
        return self.net(torch.randn(n, self.nz))


class Discriminator(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d, 32), nn.LeakyReLU(0.2, inplace=True), nn.Linear(32, 32),
                                 nn.LeakyReLU(0.2, inplace=True), nn.Linear(32, 1))

    def forward(self, x):
        return self.net(x).squeeze(1)


def gradient_penalty(D, real, fake):
    a = torch.rand(len(real), 1)
    x = (a * real + (1 - a) * fake).requires_grad_(True)
    g, = torch.autograd.grad(D(x).sum(), x, create_graph=True)
    return (g.norm(2, dim=1) - 1).pow(2).mean()


class WGANGP:
    def __init__(self, nz=4, d=2, lam=10.0):
        self.G, self.D, self.lam = Generator(nz, d), Discriminator(d), lam
        self.opt_g = optim.Adam(self.G.parameters(), 1e-3, betas=(0.0, 0.9))
        self.opt_d = optim.Adam(self.D.parameters(), 1e-3, betas=(0.0, 0.9))

    def step(self, real):
        fake = self.G(len(real))
        # critic sees a detached copy; the generator graph stays alive for below
        d_loss = self.D(fake.detach()).mean() - self.D(real).mean()
        d_loss = d_loss + self.lam * gradient_penalty(self.D, real, fake.detach())
        self.opt_d.zero_grad()
        d_loss.backward()
        self.opt_d.step()

        g_loss = -self.D(fake).mean()
        self.opt_g.zero_grad()
        g_loss.backward()
        self.opt_g.step()
        return {"d": d_loss.item(), "g": g_loss.item()}


if __name__ == "__main__":
    torch.manual_seed(0)
    gan = WGANGP()
    for it in range(4):
        print(it, gan.step(torch.randn(32, 2) * 0.3 + 1.0))
