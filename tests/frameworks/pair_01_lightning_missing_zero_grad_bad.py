"""Small VAE, manual optimization."""
import pytorch_lightning as pl
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset


class LitVAE(pl.LightningModule):
    def __init__(self, n_in=32, latent=4, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.encoder = nn.Sequential(nn.Linear(n_in, 64), nn.ReLU(), nn.Linear(64, 2 * latent))
        self.decoder = nn.Sequential(nn.Linear(latent, 64), nn.ReLU(), nn.Linear(64, n_in))

    def elbo(self, x):
        mu, logvar = self.encoder(x).chunk(2, dim=1)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        recon = F.mse_loss(self.decoder(z), x, reduction="none").sum(1).mean()
        kl = -0.5 * (1 + logvar - mu.pow(2) - logvar.exp()).sum(1).mean()
        return recon, kl

    def training_step(self, batch, batch_idx):
        opt = self.optimizers()
        sch = self.lr_schedulers()
        (x,) = batch

        recon, kl = self.elbo(x)
        loss = recon + 0.1 * kl

        self.manual_backward(loss)
        self.clip_gradients(opt, gradient_clip_val=1.0, gradient_clip_algorithm="norm")
        opt.step()  # expect: AGL301
        sch.step()

        self.log_dict({"recon": recon, "kl": kl, "loss": loss}, prog_bar=True)

    def validation_step(self, batch, batch_idx):
        (x,) = batch
        recon, kl = self.elbo(x)
        self.log("val_loss", recon + 0.1 * kl)

    def configure_optimizers(self):
        opt = torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
        sch = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=2000)
        return [opt], [sch]


def loaders():
    x = torch.tanh(torch.randn(6000, 5) @ torch.randn(5, 32))
    return (
        DataLoader(TensorDataset(x[:5000]), batch_size=64, shuffle=True),
        DataLoader(TensorDataset(x[5000:]), batch_size=256),
    )


if __name__ == "__main__":
    pl.seed_everything(0)
    trainer = pl.Trainer(max_epochs=10, accelerator="auto", devices=1)
    trainer.fit(LitVAE(), *loaders())
