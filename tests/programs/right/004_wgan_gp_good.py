import torch
import torch.nn as nn
from torch.autograd import grad

torch.set_num_threads(1)


def gradient_penalty(critic, real, fake, weight=10.0):
    eps = torch.rand(real.size(0), 1, device=real.device)
    mixed = (eps * real + (1 - eps) * fake).detach().requires_grad_(True)
    scores = critic(mixed)
    (g,) = grad(
        outputs=scores,
        inputs=mixed,
        grad_outputs=torch.ones_like(scores),
        create_graph=True,
        retain_graph=True,
    )
    return weight * ((g.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


class Critic(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(d, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 1))

    def forward(self, x):
        return self.net(x).view(-1)


class Gen(nn.Module):
    def __init__(self, z, d):
        super().__init__()
        self.z = z
        self.net = nn.Sequential(nn.Linear(z, 64), nn.ReLU(), nn.Linear(64, d))

    def forward(self, n):
        return self.net(torch.randn(n, self.z))


def infinite(data, batch):
    while True:
        perm = torch.randperm(len(data))
        for i in range(0, len(data) - batch + 1, batch):
            yield data[perm[i:i + batch]]


def main(n_iters=40, n_critic=5, batch=64):
    torch.manual_seed(3)
    data = torch.cat([torch.randn(400, 2) * 0.2 + 1.5, torch.randn(400, 2) * 0.2 - 1.5])
    stream = infinite(data, batch)
    critic, gen = Critic(2), Gen(4, 2)
    opt_c = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.0, 0.9))
    opt_g = torch.optim.Adam(gen.parameters(), lr=1e-3, betas=(0.0, 0.9))
    for it in range(n_iters):
        critic.requires_grad_(True)
        for _ in range(n_critic):
            real = next(stream)
            fake = gen(batch).detach()
            opt_c.zero_grad(set_to_none=True)
            wdist = critic(real).mean() - critic(fake).mean()
            gp = gradient_penalty(critic, real, fake)
            (gp - wdist).backward()
            opt_c.step()
        critic.requires_grad_(False)
        opt_g.zero_grad(set_to_none=True)
        g_loss = -critic(gen(batch)).mean()
        g_loss.backward()
        opt_g.step()
        if it % 10 == 0:
            print(f"it {it:3d} W {wdist.item():+.3f} GP {gp.item():.3f} G {g_loss.item():+.3f}")


if __name__ == "__main__":
    main()
