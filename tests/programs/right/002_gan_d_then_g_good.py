# Non-saturating GAN on a ring of Gaussians; discriminator first, detach on the fake batch.
import math
from dataclasses import dataclass

import torch
from torch import nn
import torch.nn.functional as F

torch.set_num_threads(1)


@dataclass
class Config:
    z_dim: int = 8
    hidden: int = 48
    batch: int = 64
    steps: int = 150
    lr_d: float = 4e-4
    lr_g: float = 2e-4


def mlp(sizes, act=nn.LeakyReLU):
    layers = []
    for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:])):
        layers.append(nn.Linear(a, b))
        if i < len(sizes) - 2:
            layers.append(act(0.2))
    return nn.Sequential(*layers)


def ring(n, modes=8, std=0.05):
    idx = torch.randint(0, modes, (n,))
    ang = idx.float() * (2 * math.pi / modes)
    return torch.stack([ang.cos(), ang.sin()], dim=1) + std * torch.randn(n, 2)


class Trainer:
    def __init__(self, cfg):
        self.cfg = cfg
        self.G = mlp([cfg.z_dim, cfg.hidden, cfg.hidden, 2])
        self.D = mlp([2, cfg.hidden, cfg.hidden, 1])
        self.opt_g = torch.optim.Adam(self.G.parameters(), lr=cfg.lr_g, betas=(0.5, 0.999))
        self.opt_d = torch.optim.Adam(self.D.parameters(), lr=cfg.lr_d, betas=(0.5, 0.999))

    def sample_z(self):
        return torch.randn(self.cfg.batch, self.cfg.z_dim)

    def d_step(self, real):
        with torch.no_grad():
            fake = self.G(self.sample_z())
        self.opt_d.zero_grad()
        out = self.D(torch.cat([real, fake]))
        d_real, d_fake = out.chunk(2)
        loss = F.softplus(-d_real).mean() + F.softplus(d_fake).mean()
        loss.backward()
        self.opt_d.step()
        return loss.item()

    def g_step(self):
        for p in self.D.parameters():
            p.requires_grad_(False)
        self.opt_g.zero_grad()
        loss = F.softplus(-self.D(self.G(self.sample_z()))).mean()
        loss.backward()
        self.opt_g.step()
        for p in self.D.parameters():
            p.requires_grad_(True)
        return loss.item()

    def fit(self):
        history = []
        for step in range(self.cfg.steps):
            ld = self.d_step(ring(self.cfg.batch))
            lg = self.g_step()
            history.append((ld, lg))
            if (step + 1) % 50 == 0:
                d, g = map(lambda v: sum(v) / len(v), zip(*history[-50:]))
                print(f"{step + 1:4d}  D {d:.3f}  G {g:.3f}")
        return history


torch.manual_seed(1)
trainer = Trainer(Config())
trainer.fit()
with torch.no_grad():
    pts = trainer.G(torch.randn(500, trainer.cfg.z_dim))
print("mean radius", pts.norm(dim=1).mean().item())
