"""WGAN-GP on 2-D data."""
import torch
from torch import autograd, nn, optim


def make_net(n_in, n_out, width=32):
    return nn.Sequential(nn.Linear(n_in, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2),
                         nn.Linear(width, n_out))


def gradient_penalty(critic, real, fake, weight=10.0):
    eps = torch.rand(real.size(0), 1)
    mixed = (eps * real + (1 - eps) * fake).requires_grad_(True)
    scores = critic(mixed)
    grads = autograd.grad(outputs=scores, inputs=mixed, create_graph=True)[0]  # expect: AGL203  # raises: grad can be implicitly created only for scalar outputs
    return weight * (grads.norm(2, dim=1) - 1).pow(2).mean()


class WGAN:
    n_critic = 3

    def __init__(self, z=4):
        self.z = z
        self.gen, self.critic = make_net(z, 2), make_net(2, 1)
        kwargs = dict(lr=1e-4, betas=(0.0, 0.9))
        self.g_opt = optim.Adam(self.gen.parameters(), **kwargs)
        self.c_opt = optim.Adam(self.critic.parameters(), **kwargs)

    def critic_step(self, real):
        fake = self.gen(torch.randn(len(real), self.z)).detach()
        loss = self.critic(fake).mean() - self.critic(real).mean() + gradient_penalty(self.critic, real, fake)
        self.c_opt.zero_grad()
        loss.backward()
        self.c_opt.step()
        return loss.item()

    def generator_step(self, n):
        loss = -self.critic(self.gen(torch.randn(n, self.z))).mean()
        self.g_opt.zero_grad()
        loss.backward()
        self.g_opt.step()
        return loss.item()


def data_stream(batch=32):
    while True:
        yield torch.randn(batch, 2) * torch.tensor([1.0, 0.2]) + torch.tensor([2.0, -1.0])


if __name__ == "__main__":
    torch.manual_seed(0)
    wgan, stream = WGAN(), data_stream()
    for it in range(8):
        for _ in range(wgan.n_critic):
            c = wgan.critic_step(next(stream))
        g = wgan.generator_step(32)
        print(f"{it}: critic {c:.3f} gen {g:.3f}")
