"""A small VAE on noisy rings."""
import math
import torch
from torch import nn
from torch.distributions import Normal, kl_divergence


class Encoder(nn.Module):
    def __init__(self, d_x, d_z, width=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d_x, width), nn.Tanh(), nn.Linear(width, 2 * d_z))

    def forward(self, x):
        mu, raw = self.net(x).chunk(2, dim=-1)
        return Normal(mu, nn.functional.softplus(raw) + 1e-4)


class Decoder(nn.Module):
    def __init__(self, d_x, d_z, width=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d_z, width), nn.Tanh(), nn.Linear(width, d_x))
        self.log_sigma = nn.Parameter(torch.tensor(-1.0))

    def forward(self, z):
        return Normal(self.net(z), self.log_sigma.exp())


class VAE(nn.Module):
    def __init__(self, d_x=2, d_z=2, beta=1.0):
        super().__init__()
        self.encoder, self.decoder = Encoder(d_x, d_z), Decoder(d_x, d_z)
        self.beta = beta
        self.register_buffer("zero", torch.zeros(d_z))
        self.register_buffer("one", torch.ones(d_z))

    def terms(self, x):
        q = self.encoder(x)
        z = q.sample()  # expect: AGL412
        rec = self.decoder(z).log_prob(x).sum(-1).mean()
        kl = kl_divergence(q, Normal(self.zero, self.one)).sum(-1).mean()
        return rec, kl

    def forward(self, x):
        rec, kl = self.terms(x)
        return self.beta * kl - rec

    @torch.no_grad()
    def generate(self, n):
        z = torch.randn(n, self.zero.numel())
        return self.decoder(z).mean


def rings(n):
    r = torch.randint(1, 3, (n, 1)).float() + 0.05 * torch.randn(n, 1)
    a = torch.rand(n, 1) * 2 * math.pi
    return torch.cat([r * a.cos(), r * a.sin()], dim=1)


torch.manual_seed(0)
vae = VAE()
opt = torch.optim.Adam(vae.parameters(), lr=3e-3)
for step in range(200):
    loss = vae(rings(128))
    opt.zero_grad()
    loss.backward()
    opt.step()
print("-elbo", loss.item(), "samples", tuple(vae.generate(5).shape))

rec, kl = vae.terms(rings(64))
grads = torch.autograd.grad(rec, list(vae.encoder.parameters()), allow_unused=True)
assert all(g is None for g in grads)  # the reconstruction says nothing to the encoder
