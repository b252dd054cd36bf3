"""WGAN-GP on 1-D mixtures (vectors of 8 sorted samples)."""
import torch
import torch.nn as nn


class Generator(nn.Module):
    def __init__(self, z_dim=6, width=32, out=8):
        super().__init__()
        self.z_dim = z_dim
        self.main = nn.Sequential(nn.Linear(z_dim, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
                                  nn.Linear(width, out))

    def forward(self, n):
        return self.main(torch.randn(n, self.z_dim))


class Critic(nn.Module):
    def __init__(self, inp=8, width=32, act_layer=nn.SiLU):
        super().__init__()
        self.main = nn.Sequential(nn.Linear(inp, width), act_layer(), nn.Linear(width, width), act_layer(),
                                  nn.Linear(width, 1))

    def forward(self, x):
        return self.main(x).squeeze(1)


def input_gradient(critic, x):
    x = x.detach().requires_grad_(True)
    score = critic(x).sum()
    return torch.autograd.grad(score, x, create_graph=True)[0]


def gradient_penalty(critic, real, fake):
    eps = torch.rand(len(real), 1)
    mix = eps * real + (1 - eps) * fake
    norm = input_gradient(critic, mix).norm(2, dim=1)
    return (norm - 1).square().mean()


class WganGP:
    def __init__(self, lam=10.0, n_critic=4):
        self.G, self.D = Generator(), Critic()
        self.lam, self.n_critic = lam, n_critic
        self.optG = torch.optim.Adam(self.G.parameters(), lr=1e-3, betas=(0.0, 0.9))
        self.optD = torch.optim.Adam(self.D.parameters(), lr=1e-3, betas=(0.0, 0.9))

    def critic_loss(self, real, fake, lam):
        loss = self.D(fake).mean() - self.D(real).mean()
        return loss + lam * gradient_penalty(self.D, real, fake)

    def train_critic(self, real):
        with torch.no_grad():
            fake = self.G(len(real))
        loss = self.critic_loss(real, fake, self.lam)
        self.optD.zero_grad()
        loss.backward()
        self.optD.step()
        return loss.item()

    def train_generator(self, n):
        loss = -self.D(self.G(n)).mean()
        self.optG.zero_grad()
        loss.backward()
        self.optG.step()
        return loss.item()

    def penalty_pull(self, real):
        """How much the penalty changes the critic's gradient."""
        with torch.no_grad():
            fake = self.G(len(real))
        params = list(self.D.parameters())
        with_gp = torch.autograd.grad(self.critic_loss(real, fake, self.lam), params)
        without = torch.autograd.grad(self.critic_loss(real, fake, 0.0), params)
        return max((a - b).abs().max().item() for a, b in zip(with_gp, without))


def sample_real(n):
    comp = torch.where(torch.rand(n, 8) < 0.5, -1.0, 1.5)
    return (comp + 0.1 * torch.randn(n, 8)).sort(dim=1).values


if __name__ == "__main__":
    torch.manual_seed(77)
    gan = WganGP()
    pull = gan.penalty_pull(sample_real(64))
    print(f"penalty moves the gradient by {pull:.2e}")
    assert pull > 1e-3
    for it in range(12):
        for _ in range(gan.n_critic):
            d = gan.train_critic(sample_real(64))
        g = gan.train_generator(64)
        if it % 4 == 0:
            print(f"{it}: D {d:+.3f} G {g:+.3f}")
