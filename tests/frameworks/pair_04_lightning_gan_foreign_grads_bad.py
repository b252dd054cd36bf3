"""GAN with two optimizers; both are zeroed after their own step."""
import lightning as L
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset


def block(n_in, n_out):
    return nn.Sequential(nn.Linear(n_in, n_out), nn.LeakyReLU(0.2))


class Generator(nn.Module):
    def __init__(self, latent_dim, data_dim):
        super().__init__()
        self.model = nn.Sequential(block(latent_dim, 64), block(64, 64), nn.Linear(64, data_dim), nn.Tanh())

    def forward(self, z):
        return self.model(z)


class Discriminator(nn.Module):
    def __init__(self, data_dim):
        super().__init__()
        self.model = nn.Sequential(block(data_dim, 64), block(64, 64), nn.Linear(64, 1))

    def forward(self, x):
        return self.model(x)


class GAN(L.LightningModule):
    def __init__(self, data_dim=16, latent_dim=8, lr=2e-4):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.generator = Generator(latent_dim, data_dim)
        self.discriminator = Discriminator(data_dim)

    @staticmethod
    def adversarial_loss(logits, real):
        target = torch.ones_like(logits) if real else torch.zeros_like(logits)
        return F.binary_cross_entropy_with_logits(logits, target)

    def training_step(self, batch, batch_idx):
        optimizer_g, optimizer_d = self.optimizers()
        (real,) = batch
        z = torch.randn(real.size(0), self.hparams.latent_dim, device=self.device)

        # generator
        fake = self.generator(z)
        g_loss = self.adversarial_loss(self.discriminator(fake), True)
        self.manual_backward(g_loss)
        optimizer_g.step()
        optimizer_g.zero_grad()

        # discriminator
        real_loss = self.adversarial_loss(self.discriminator(real), True)
        fake_loss = self.adversarial_loss(self.discriminator(fake.detach()), False)
        d_loss = (real_loss + fake_loss) / 2
        self.manual_backward(d_loss)
        optimizer_d.step()  # expect: AGL309
        optimizer_d.zero_grad()

        self.log_dict({"g_loss": g_loss, "d_loss": d_loss}, prog_bar=True)

    def configure_optimizers(self):
        opt_g = torch.optim.Adam(self.generator.parameters(), lr=self.hparams.lr, betas=(0.5, 0.999))
        opt_d = torch.optim.Adam(self.discriminator.parameters(), lr=self.hparams.lr, betas=(0.5, 0.999))
        return [opt_g, opt_d], []


def main():
    data = torch.tanh(torch.randn(10_000, 3) @ torch.randn(3, 16))
    loader = DataLoader(TensorDataset(data), batch_size=128, shuffle=True)
    trainer = L.Trainer(max_epochs=30, accelerator="auto", devices=1)
    trainer.fit(GAN(), loader)


if __name__ == "__main__":
    main()
