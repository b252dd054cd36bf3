"""WGAN-GP on an eight-Gaussian ring."""
import math

import torch
from torch import nn


def ring(batch, modes=8, radius=2.0, std=0.05):
    k = torch.randint(0, modes, (batch,))
    ang = 2 * math.pi * k / modes
    centre = radius * torch.stack([ang.cos(), ang.sin()], dim=1)
    return centre + std * torch.randn(batch, 2)


def mlp(inp, out, width=32):
    return nn.Sequential(
        nn.Linear(inp, width), nn.LeakyReLU(0.2),
        nn.Linear(width, width), nn.LeakyReLU(0.2),
        nn.Linear(width, out),
    )


class WGANGP:
    def __init__(self, z_dim=4, n_critic=3, gp_weight=10.0, batch=64):
        self.z_dim = z_dim
        self.n_critic = n_critic
        self.gp_weight = gp_weight
        self.batch = batch
        self.G = mlp(z_dim, 2)
        self.C = mlp(2, 1)
        adam = dict(lr=1e-3, betas=(0.0, 0.9))
        self.opt_g = torch.optim.Adam(self.G.parameters(), **adam)
        self.opt_c = torch.optim.Adam(self.C.parameters(), **adam)
        self.residue = []

    def noise(self):
        return torch.randn(self.batch, self.z_dim)

    def gradient_penalty(self, real, fake):
        eps = torch.rand(real.size(0), 1)
        mix = (eps * real + (1 - eps) * fake).requires_grad_(True)
        score = self.C(mix)
        (grad,) = torch.autograd.grad(score.sum(), mix, create_graph=True)
        return ((grad.norm(2, dim=1) - 1) ** 2).mean()

    def train_critic(self, real):
        with torch.no_grad():
            fake = self.G(self.noise())
        gap = self.C(fake).mean() - self.C(real).mean()
        loss = gap + self.gp_weight * self.gradient_penalty(real, fake)
        self.probe()
        loss.backward()
        self.opt_c.step()  # expect: AGL309
        self.opt_c.zero_grad()
        return -gap.item()

    def probe(self):
        grads = [p.grad for p in self.C.parameters() if p.grad is not None]
        self.residue.append(sum(g.abs().sum().item() for g in grads))

    def train_generator(self):
        self.opt_g.zero_grad()
        loss = -self.C(self.G(self.noise())).mean()
        loss.backward()
        self.opt_g.step()
        return loss.item()

    def fit(self, iterations):
        for it in range(iterations):
            for _ in range(self.n_critic):
                distance = self.train_critic(ring(self.batch))
            g_loss = self.train_generator()
            if it % 10 == 0:
                print(f"it {it:3d}  W~{distance:+.4f}  g {g_loss:+.4f}")

    @torch.no_grad()
    def coverage(self, n=256, modes=8):
        pts = self.G(torch.randn(n, self.z_dim))
        ang = torch.atan2(pts[:, 1], pts[:, 0]) % (2 * math.pi)
        return len(torch.unique((ang / (2 * math.pi) * modes).round().long() % modes))


if __name__ == "__main__":
    torch.manual_seed(4)
    gan = WGANGP()
    gan.fit(30)
    print("modes hit:", gan.coverage())
    firsts = gan.residue[gan.n_critic::gan.n_critic]
    assert all(r > 0 for r in firsts)
    assert all(r == 0 for i, r in enumerate(gan.residue) if i % gan.n_critic)
