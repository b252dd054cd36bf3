import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal, kl_divergence


class GaussianEncoder(nn.Module):
    def __init__(self, in_ch: int, z_dim: int):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(in_ch, 8, 4, 2, 1), nn.ReLU(inplace=True),
            nn.Conv2d(8, 16, 4, 2, 1), nn.ReLU(inplace=True), nn.Flatten())
        self.stats = nn.Linear(16 * 4 * 4, 2 * z_dim)

    def forward(self, x) -> Normal:
        mu, logvar = self.stats(self.conv(x)).chunk(2, dim=1)
        logvar.clamp_(-8.0, 8.0)  # expect: AGL103  # raises: is a view and is being modified inplace
        return Normal(mu, (0.5 * logvar).exp())


class Decoder(nn.Module):
    def __init__(self, z_dim: int, out_ch: int):
        super().__init__()
        self.fc = nn.Linear(z_dim, 16 * 4 * 4)
        self.deconv = nn.Sequential(
            nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(8, out_ch, 4, 2, 1))

    def forward(self, z):
        return self.deconv(self.fc(z).view(-1, 16, 4, 4))


class BetaVAE(nn.Module):
    def __init__(self, ch=1, z_dim=4, beta=4.0):
        super().__init__()
        self.enc, self.dec, self.beta = GaussianEncoder(ch, z_dim), Decoder(z_dim, ch), beta
        self.register_buffer("_zero", torch.zeros(1))
        self.register_buffer("_one", torch.ones(1))

    @property
    def prior(self):
        return Normal(self._zero, self._one)

    def elbo(self, x):
        q = self.enc(x)
        recon = self.dec(q.rsample())
        ll = -F.binary_cross_entropy_with_logits(recon, x, reduction="none").flatten(1).sum(1)
        kl = kl_divergence(q, self.prior).sum(1)
        return (ll - self.beta * kl).mean()


def fit(model, loader, optimizer):
    for step, x in enumerate(loader):
        loss = -model.elbo(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(step, f"{loss.item():.2f}")


torch.manual_seed(0)
vae = BetaVAE()
fit(vae, [torch.rand(6, 1, 16, 16) for _ in range(3)], torch.optim.Adam(vae.parameters(), lr=1e-3))
