import torch

from ganlab.critic import critic_step
from ganlab.generator import generator_step
from ganlab.networks import mlp


class GanTrainer:
    def __init__(self, latent=4, dim=2, lr=1e-2):
        self.latent = latent
        self.gen = mlp(latent, 16, dim)
        self.disc = mlp(dim, 16, 1)
        self.opt_g = torch.optim.SGD(self.gen.parameters(), lr=lr)
        self.opt_d = torch.optim.SGD(self.disc.parameters(), lr=lr)

    def noise(self, n):
        return torch.randn(n, self.latent)

    def fit(self, batches):
        logs = []
        for real in batches:
            d = critic_step(self, real, self.noise(real.size(0)))
            g = generator_step(self, self.noise(real.size(0)))
            logs.append((d, g))
        return logs
