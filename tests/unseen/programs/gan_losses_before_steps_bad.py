"""A GAN trainer whose networks, losses and optimizers are configured elsewhere."""
import torch


class AdversarialTrainer:
    def __init__(self, generator, discriminator, adversarial_loss, optimizers, latent_dim):
        self.generator = generator
        self.discriminator = discriminator
        self.adversarial_loss = adversarial_loss
        self.optimizers = optimizers
        self.latent_dim = latent_dim

    def sample(self, n):
        return self.generator(torch.randn(n, self.latent_dim))

    def losses(self, real):
        fake = self.sample(len(real))
        real_score, fake_score = self.discriminator(real), self.discriminator(fake.detach())
        valid, invalid = torch.ones_like(real_score), torch.zeros_like(fake_score)
        d_loss = self.adversarial_loss(real_score, valid) + self.adversarial_loss(fake_score, invalid)
        g_loss = self.adversarial_loss(self.discriminator(fake), valid)
        return {"discriminator": d_loss, "generator": g_loss}

    def optimize(self, name, loss):
        optimizer = self.optimizers[name]
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()  # expect: AGL106
        return loss.item()

    def train_step(self, real):
        losses = self.losses(real)
        return {name: self.optimize(name, losses[name]) for name in ("discriminator", "generator")}
