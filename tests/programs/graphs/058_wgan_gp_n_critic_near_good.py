import torch
import torch.nn as nn


class MLP(nn.Sequential):
    def __init__(self, *sizes):
        layers = []
        for a, b in zip(sizes, sizes[1:]):
            layers += [nn.Linear(a, b), nn.LeakyReLU(0.1)]
        super().__init__(*layers[:-1])


def penalty(critic, real, fake):
    eps = torch.rand(len(real), 1)
    x = (eps * real + (1 - eps) * fake).requires_grad_()
    out = critic(x)
    g, = torch.autograd.grad(out, x, torch.ones_like(out), create_graph=True, retain_graph=True)
    return (g.norm(dim=1) - 1).square().mean()


def train(generator, critic, sampler, steps=8, n_critic=4, lam=10.0, z_dim=3):
    opt_g = torch.optim.RMSprop(generator.parameters(), lr=5e-4)
    opt_c = torch.optim.RMSprop(critic.parameters(), lr=5e-4)
    for step in range(steps):
        for _ in range(n_critic):
            real = sampler(32)
            with torch.no_grad():
                fake = generator(torch.randn(32, z_dim))
            wasserstein = critic(real).mean() - critic(fake).mean()
            loss_c = -wasserstein + lam * penalty(critic, real, fake)
            opt_c.zero_grad()
            loss_c.backward()
            opt_c.step()

        for p in critic.parameters():
            p.requires_grad_(False)
        loss_g = -critic(generator(torch.randn(32, z_dim))).mean()
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()
        for p in critic.parameters():
            p.requires_grad_(True)
        print(f"step {step} W {wasserstein.item():+.3f} G {loss_g.item():+.3f}")


def two_moons(n):
    t = torch.rand(n) * torch.pi
    s = torch.randint(0, 2, (n,)) * 2 - 1
    return torch.stack([t.cos() + 0.5 * (s < 0), s * t.sin()], 1) + 0.05 * torch.randn(n, 2)


if __name__ == "__main__":
    torch.manual_seed(0)
    train(MLP(3, 32, 32, 2), MLP(2, 32, 32, 1), two_moons)
