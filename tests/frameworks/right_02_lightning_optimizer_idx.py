# Adversarial autoencoder, pytorch-lightning 1.x style: two optimizers, optimizer_idx,
# *_epoch_end hooks.  Lightning toggles requires_grad for the optimizer that is running.
from argparse import ArgumentParser

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


def mlp(sizes, out_act=None):
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    layers = layers[:-1]
    if out_act is not None:
        layers.append(out_act)
    return nn.Sequential(*layers)


class ToyDataModule(pl.LightningDataModule):
    def __init__(self, dim=64, batch_size=128):
        super().__init__()
        self.dim = dim
        self.batch_size = batch_size

    def setup(self, stage=None):
        basis = torch.randn(8, self.dim)
        make = lambda n: TensorDataset(torch.tanh(torch.randn(n, 8) @ basis))
        self.train_set, self.val_set = make(8192), make(1024)

    def train_dataloader(self):
        return DataLoader(self.train_set, batch_size=self.batch_size, shuffle=True, num_workers=2)

    def val_dataloader(self):
        return DataLoader(self.val_set, batch_size=self.batch_size, num_workers=2)


class AdversarialAE(pl.LightningModule):
    def __init__(self, dim=64, latent=8, lr_ae=1e-3, lr_d=2e-4, adv_weight=0.1, warmup=200):
        super().__init__()
        self.save_hyperparameters()
        self.encoder = mlp([dim, 128, 64, latent])
        self.decoder = mlp([latent, 64, 128, dim], nn.Tanh())
        self.disc = mlp([latent, 64, 64, 1])

    @staticmethod
    def add_model_specific_args(parent):
        parser = parent.add_argument_group("AdversarialAE")
        parser.add_argument("--lr_ae", type=float, default=1e-3)
        parser.add_argument("--lr_d", type=float, default=2e-4)
        parser.add_argument("--adv_weight", type=float, default=0.1)
        return parent

    def forward(self, x):
        return self.decoder(self.encoder(x))

    def training_step(self, batch, batch_idx, optimizer_idx):
        (x,) = batch

        if optimizer_idx == 0:
            z = self.encoder(x)
            recon = F.mse_loss(self.decoder(z), x)
            score = self.disc(z)
            fool = F.binary_cross_entropy_with_logits(score, torch.ones_like(score))
            loss = recon + self.hparams.adv_weight * fool
            self.log_dict({"ae/recon": recon, "ae/fool": fool}, prog_bar=True)
            return {"loss": loss, "recon": recon.detach()}

        if optimizer_idx == 1:
            z_fake = self.encoder(x).detach()
            z_real = torch.randn_like(z_fake)
            real, fake = self.disc(z_real), self.disc(z_fake)
            loss = 0.5 * (
                F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
                + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))
            )
            self.log("disc/loss", loss, prog_bar=True)
            return loss

    def training_epoch_end(self, outputs):
        # outputs is one list per optimizer
        recon = torch.stack([o["recon"] for o in outputs[0]]).mean()
        self.log("ae/recon_epoch", recon)

    def validation_step(self, batch, batch_idx):
        (x,) = batch
        return {"val_loss": F.mse_loss(self(x), x), "z": self.encoder(x)}

    def validation_epoch_end(self, outputs):
        val = torch.stack([o["val_loss"] for o in outputs]).mean()
        z = torch.cat([o["z"] for o in outputs])
        self.log("val_loss", val, prog_bar=True)
        self.log("val_latent_std", z.std(0).mean())

    def optimizer_step(self, epoch, batch_idx, optimizer, optimizer_idx, optimizer_closure, **kwargs):
        if optimizer_idx == 0 and self.trainer.global_step < self.hparams.warmup:
            scale = min(1.0, float(self.trainer.global_step + 1) / self.hparams.warmup)
            for group in optimizer.param_groups:
                group["lr"] = scale * self.hparams.lr_ae
        # the closure runs training_step, zero_grad and backward
        optimizer.step(closure=optimizer_closure)

    def configure_optimizers(self):
        params = list(self.encoder.parameters()) + list(self.decoder.parameters())
        opt_ae = torch.optim.Adam(params, lr=self.hparams.lr_ae)
        opt_d = torch.optim.Adam(self.disc.parameters(), lr=self.hparams.lr_d, betas=(0.5, 0.9))
        sch_d = torch.optim.lr_scheduler.ExponentialLR(opt_d, gamma=0.98)
        return [opt_ae, opt_d], [sch_d]


def main(args):
    pl.seed_everything(args.seed)
    model = AdversarialAE(lr_ae=args.lr_ae, lr_d=args.lr_d, adv_weight=args.adv_weight)
    trainer = pl.Trainer.from_argparse_args(args, gradient_clip_val=5.0)
    trainer.fit(model, datamodule=ToyDataModule())


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--seed", type=int, default=42)
    parser = pl.Trainer.add_argparse_args(parser)
    parser = AdversarialAE.add_model_specific_args(parser)
    main(parser.parse_args())
