"""VAE built on torch.distributions."""
import torch
import torch.nn as nn
from torch.distributions import Independent, Normal, kl_divergence


class GaussianEncoder(nn.Module):
    def __init__(self, d_x, d_z):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(d_x, 32), nn.ELU())
        self.loc = nn.Linear(32, d_z)
        self.log_scale = nn.Linear(32, d_z)

    def forward(self, x):
        h = self.trunk(x)
        return Independent(Normal(self.loc(h), self.log_scale(h).clamp(-4, 2).exp()), 1)


class VAE(nn.Module):
    def __init__(self, d_x=10, d_z=3, beta=0.5):
        super().__init__()
        self.encoder = GaussianEncoder(d_x, d_z)
        self.decoder = nn.Sequential(nn.Linear(d_z, 32), nn.ELU(), nn.Linear(32, d_x))
        self.d_z = d_z
        self.beta = beta

    def prior(self, ref):
        return Independent(Normal(torch.zeros(len(ref), self.d_z), 1.0), 1)

    def losses(self, x):
        posterior = self.encoder(x)
        z = posterior.sample()  # expect: AGL412
        recon = (self.decoder(z) - x).pow(2).sum(-1).mean()
        kl = kl_divergence(posterior, self.prior(x)).mean()
        return recon, kl


def data(n):
    latent = torch.randn(n, 3)
    mix = torch.linspace(-1, 1, 30).view(3, 10)
    return torch.tanh(latent @ mix) + 0.05 * torch.randn(n, 10)


def train(vae, steps=60):
    opt = torch.optim.Adam(vae.parameters(), lr=3e-3)
    for step in range(steps):
        recon, kl = vae.losses(data(64))
        elbo_loss = recon + vae.beta * kl
        opt.zero_grad()
        elbo_loss.backward()
        opt.step()
        if step % 20 == 0:
            print(f"{step} recon {recon.item():.3f} kl {kl.item():.3f}")


if __name__ == "__main__":
    torch.manual_seed(16)
    vae = VAE()
    train(vae)
    recon, _ = vae.losses(data(64))
    g = torch.autograd.grad(recon, list(vae.encoder.parameters()), allow_unused=True)
    assert all(v is None for v in g)  # reconstruction never trains the encoder
