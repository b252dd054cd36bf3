"""GAN with Catalyst: everything in Runner.handle_batch, engine.backward by hand."""
import os

import torch
from catalyst import dl, metrics
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset


class GaussianGrid(Dataset):
    """Mixture of 25 gaussians, sparse and tight."""

    def __init__(self, n=20_000, std=0.03):
        ticks = torch.linspace(-1, 1, 5)
        means = torch.cartesian_prod(ticks, ticks)
        self.points = means[torch.randint(25, (n,))] + std * torch.randn(n, 2)

    def __len__(self):
        return len(self.points)

    def __getitem__(self, i):
        return {"points": self.points[i]}


def build_generator(latent, hidden=128):
    return nn.Sequential(
        nn.Linear(latent, hidden), nn.ReLU(inplace=True),
        nn.Linear(hidden, hidden), nn.ReLU(inplace=True),
        nn.Linear(hidden, 2),
    )


def build_discriminator(hidden=128):
    return nn.Sequential(
        nn.Linear(2, hidden), nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(hidden, hidden), nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(hidden, 1),
    )


class GANRunner(dl.Runner):
    def __init__(self, latent_dim, k_disc=2, grad_clip=1.0):
        super().__init__()
        self.latent_dim = latent_dim
        self.k_disc = k_disc
        self.grad_clip = grad_clip

    def predict_batch(self, batch):
        z = torch.randn(len(batch["points"]), self.latent_dim, device=self.engine.device)
        return self.model["generator"](z)

    def on_loader_start(self, runner):
        super().on_loader_start(runner)
        self.meters = {
            key: metrics.AdditiveMetric(compute_on_call=False) for key in ("loss_g", "loss_d", "real_score")
        }

    def _noise(self, n):
        return torch.randn(n, self.latent_dim, device=self.engine.device)

    def _discriminator_step(self, real):
        gen, disc = self.model["generator"], self.model["discriminator"]
        fake = gen(self._noise(len(real))).detach()
        real_logits, fake_logits = disc(real), disc(fake)
        loss = self.criterion(real_logits, torch.ones_like(real_logits)) + self.criterion(
            fake_logits, torch.zeros_like(fake_logits)
        )
        if self.is_train_loader:
            # also drops what the generator's backward left here
            self.optimizer["discriminator"].zero_grad()
            self.engine.backward(loss)
            self.optimizer["discriminator"].step()
        return loss, real_logits.sigmoid().mean()

    def _generator_step(self, n):
        gen, disc = self.model["generator"], self.model["discriminator"]
        logits = disc(gen(self._noise(n)))
        loss = self.criterion(logits, torch.ones_like(logits))
        if self.is_train_loader:
            self.engine.backward(loss)
            self.engine.clip_grad_norm_(gen.parameters(), self.grad_clip)
            self.optimizer["generator"].step()
            self.optimizer["generator"].zero_grad()
        return loss

    def handle_batch(self, batch):
        real = batch["points"]
        loss_d, real_score = self._discriminator_step(real)
        self.batch_metrics.update({"loss_d": loss_d, "real_score": real_score})
        if not self.is_train_loader or self.loader_batch_step % self.k_disc == 0:
            self.batch_metrics["loss_g"] = self._generator_step(len(real))
        for key, value in self.batch_metrics.items():
            self.meters[key].update(value.item(), self.batch_size)

    def on_loader_end(self, runner):
        for key, meter in self.meters.items():
            self.loader_metrics[key] = meter.compute()[0]
        super().on_loader_end(runner)


def main():
    latent = 16
    model = {"generator": build_generator(latent), "discriminator": build_discriminator()}
    optimizer = {
        "generator": optim.Adam(model["generator"].parameters(), lr=1e-3, betas=(0.5, 0.999)),
        "discriminator": optim.Adam(model["discriminator"].parameters(), lr=1e-3, betas=(0.5, 0.999)),
    }
    loaders = {
        "train": DataLoader(GaussianGrid(), batch_size=256, shuffle=True),
        "valid": DataLoader(GaussianGrid(2_000), batch_size=500),
    }
    runner = GANRunner(latent)
    runner.train(
        model=model,
        criterion=nn.BCEWithLogitsLoss(),
        optimizer=optimizer,
        loaders=loaders,
        num_epochs=40,
        logdir=os.environ.get("LOGDIR", "./logs/gan"),
        verbose=True,
    )
    with torch.no_grad():
        samples = runner.predict_batch({"points": torch.zeros(1000, 2)})
    torch.save(samples.cpu(), "samples.pt")


if __name__ == "__main__":
    main()
