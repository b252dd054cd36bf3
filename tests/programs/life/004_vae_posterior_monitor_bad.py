import argparse
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn import functional as F


@dataclass
class Posterior:
    mu: torch.Tensor
    std: torch.Tensor

    def rsample(self) -> torch.Tensor:
        return self.mu + self.std * torch.randn_like(self.std)

    def kl(self) -> torch.Tensor:
        per_dim = 0.5 * (self.mu.square() + self.std.square() - 1.0) - self.std.log()
        return per_dim.sum(dim=1).mean()


@dataclass
class Monitor:
    """Collects how much of the latent space is in use."""
    every: int = 2
    variances: list = field(default_factory=list)

    @torch.no_grad()
    def record(self, step: int, post: Posterior) -> None:
        if step % self.every:
            return
        var = post.std.pow_(2)  # expect: AGL102
        self.variances.append(var.mean(dim=0))

    def active_units(self, threshold: float) -> int:
        return int((torch.stack(self.variances).mean(0) < threshold).sum())


class VAE(nn.Module):
    def __init__(self, n_in: int, n_hidden: int, n_latent: int):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(n_in, n_hidden), nn.SiLU())
        self.to_mu = nn.Linear(n_hidden, n_latent)
        self.to_logvar = nn.Linear(n_hidden, n_latent)
        self.dec = nn.Sequential(nn.Linear(n_latent, n_hidden), nn.SiLU(), nn.Linear(n_hidden, n_in))

    def encode(self, x) -> Posterior:
        h = self.enc(x)
        return Posterior(self.to_mu(h), torch.exp(0.5 * self.to_logvar(h)))

    def forward(self, x):
        post = self.encode(x)
        return self.dec(post.rsample()), post


def elbo_terms(model: VAE, x: torch.Tensor):
    logits, post = model(x)
    rec = F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / x.shape[0]
    return rec, post.kl(), post


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--beta", type=float, default=1.0)
    p.add_argument("--iters", type=int, default=20)
    p.add_argument("--latent", type=int, default=6)
    opts = p.parse_args()

    torch.manual_seed(1)
    protos = (torch.rand(5, 49) > 0.5).float()
    model = VAE(49, 48, opts.latent)
    monitor = Monitor()
    optim = torch.optim.Adam(model.parameters(), lr=3e-3)

    for step in range(opts.iters):
        x = protos[torch.randint(0, 5, (64,))]
        rec, kl, post = elbo_terms(model, x)
        monitor.record(step, post)
        loss = rec + opts.beta * kl
        optim.zero_grad()
        loss.backward()  # raises: has been modified by an inplace operation
        optim.step()
        if step % 5 == 0:
            print(f"[{step:3d}] rec={rec.item():.2f} kl={kl.item():.2f}")

    print("active units:", monitor.active_units(0.9))


if __name__ == "__main__":
    main()
