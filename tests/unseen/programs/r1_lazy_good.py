import torch
class R1:
    def __init__(self, generator, critic, og, od, gamma=10.0, every=16):
        self.generator, self.critic, self.og, self.od, self.gamma, self.every = generator, critic, og, od, gamma, every
        self.i = 0
    def step(self, real, z):
        fake = self.generator(z).detach()
        self.od.zero_grad()
        loss = torch.nn.functional.softplus(self.critic(fake)).mean() + torch.nn.functional.softplus(-self.critic(real)).mean()
        loss.backward()
        if self.i % self.every == 0:
            real = real.detach().requires_grad_(True)
            (g,) = torch.autograd.grad(self.critic(real).sum(), real, create_graph=True)
            (self.gamma / 2 * self.every * g.square().flatten(1).sum(1).mean()).backward()
        self.od.step()
        self.og.zero_grad()
        torch.nn.functional.softplus(-self.critic(self.generator(z))).mean().backward()
        self.og.step()
        self.i += 1
