"""WGAN-GP on a two-moons-like toy set."""
import math

import torch
import torch.nn as nn


class Critic(nn.Module):
    def __init__(self, h=32):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, h), nn.Tanh(), nn.Linear(h, h), nn.Tanh(), nn.Linear(h, 1))

    def forward(self, x):
        return self.net(x).squeeze(-1)


class Generator(nn.Module):
    def __init__(self, z=4, h=32):
        super().__init__()
        self.z = z
        self.net = nn.Sequential(nn.Linear(z, h), nn.ReLU(), nn.Linear(h, 2))

    def forward(self, n):
        return self.net(torch.randn(n, self.z))


def moons(n):
    t = torch.rand(n) * math.pi
    flip = (torch.rand(n) > 0.5).float() * 2 - 1
    return torch.stack([flip * t.cos() + 0.5 * flip, flip * t.sin()], 1)


def gradient_penalty(critic, real, fake):
    eps = torch.rand(len(real), 1)
    mix = (eps * real + (1 - eps) * fake).requires_grad_(True)
    score = critic(mix)
    grads = torch.autograd.grad(score.sum(), mix)[0]  # expect: AGL207
    return (grads.norm(2, dim=1) - 1).pow(2).mean()


def critic_step(critic, gen, opt, n, lam):
    real = moons(n)
    with torch.no_grad():
        fake = gen(n)
    gp = gradient_penalty(critic, real, fake)
    loss = critic(fake).mean() - critic(real).mean() + lam * gp
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item(), gp


def main(iters=20, n_critic=3, n=64, lam=10.0):
    torch.manual_seed(17)
    critic, gen = Critic(), Generator()
    opt_c = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.9))
    opt_g = torch.optim.Adam(gen.parameters(), lr=1e-3, betas=(0.0, 0.9))
    for _ in range(iters):
        for _ in range(n_critic):
            c_loss, gp = critic_step(critic, gen, opt_c, n, lam)
        g_loss = -critic(gen(n)).mean()
        opt_g.zero_grad()
        g_loss.backward()
        opt_g.step()
    print(f"critic {c_loss:.3f} gp {gp.item():.3f} gen {g_loss.item():.3f}")
    assert not gp.requires_grad


if __name__ == "__main__":
    main()
