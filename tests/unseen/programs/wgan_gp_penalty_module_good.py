"""Gradient penalty as a loss module, and the critic's step that uses it."""
import torch
from torch import autograd, nn


class GradientPenalty(nn.Module):
    """The two-sided penalty of WGAN-GP for any critic."""

    def __init__(self, critic, weight=10.0, center=1.0):
        super().__init__()
        self.critic = critic
        self.weight = weight
        self.center = center

    def interpolate(self, real, fake):
        shape = (real.size(0),) + (1,) * (real.dim() - 1)
        alpha = torch.rand(shape, device=real.device)
        return (alpha * real + (1 - alpha) * fake).detach().requires_grad_(True)

    def forward(self, real, fake):
        mixed = self.interpolate(real, fake)
        scores = self.critic(mixed)
        (gradients,) = autograd.grad(scores, mixed, torch.ones_like(scores), create_graph=True)
        norms = gradients.flatten(1).norm(2, dim=1)
        return self.weight * (norms - self.center).pow(2).mean()


class CriticStep:
    def __init__(self, generator, critic, optimizer, latent):
        self.generator = generator
        self.critic = critic
        self.optimizer = optimizer
        self.latent = latent
        self.penalty = GradientPenalty(critic)

    def __call__(self, real):
        z = torch.randn(real.size(0), self.latent, device=real.device)
        with torch.no_grad():
            fake = self.generator(z)
        wasserstein = self.critic(fake).mean() - self.critic(real).mean()
        loss = wasserstein + self.penalty(real, fake)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        return {"wasserstein": -wasserstein.item(), "loss": loss.item()}
