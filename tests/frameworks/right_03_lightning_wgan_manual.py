"""WGAN-GP with manual optimization in Lightning 2."""
import lightning as L
import torch
import torch.nn as nn
from lightning.pytorch.callbacks import Callback
from torch.utils.data import DataLoader, Dataset


class Swirl(Dataset):
    """Points on a noisy spiral."""

    def __init__(self, n=20_000):
        t = torch.rand(n) * 4 * torch.pi
        self.points = torch.stack([t * t.cos(), t * t.sin()], dim=1) / 12 + 0.02 * torch.randn(n, 2)

    def __len__(self):
        return len(self.points)

    def __getitem__(self, idx):
        return self.points[idx]


class Generator(nn.Module):
    def __init__(self, latent_dim: int, hidden: int = 128):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(latent_dim, hidden), nn.ReLU(),
            nn.Linear(hidden, hidden), nn.ReLU(),
            nn.Linear(hidden, 2),
        )

    def forward(self, z):
        return self.net(z)


class Critic(nn.Module):
    def __init__(self, hidden: int = 128):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(2, hidden), nn.LeakyReLU(0.2),
            nn.Linear(hidden, hidden), nn.LeakyReLU(0.2),
            nn.Linear(hidden, 1),
        )

    def forward(self, x):
        return self.net(x).squeeze(-1)


class WGANGP(L.LightningModule):
    def __init__(self, latent_dim=16, lr=1e-4, gp_weight=10.0, n_critic=5):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.generator = Generator(latent_dim)
        self.critic = Critic()

    def sample_noise(self, n):
        return torch.randn(n, self.hparams.latent_dim, device=self.device)

    def gradient_penalty(self, real, fake):
        alpha = torch.rand(real.size(0), 1, device=self.device)
        mixed = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
        scores = self.critic(mixed)
        (grad,) = torch.autograd.grad(scores.sum(), mixed, create_graph=True)
        return ((grad.norm(2, dim=1) - 1) ** 2).mean()

    def training_step(self, batch, batch_idx):
        opt_g, opt_c = self.optimizers()
        real = batch

        self.toggle_optimizer(opt_c)
        fake = self.generator(self.sample_noise(real.size(0))).detach()
        gp = self.gradient_penalty(real, fake)
        wasserstein = self.critic(real).mean() - self.critic(fake).mean()
        c_loss = -wasserstein + self.hparams.gp_weight * gp
        opt_c.zero_grad()
        self.manual_backward(c_loss)
        self.clip_gradients(opt_c, gradient_clip_val=5.0, gradient_clip_algorithm="norm")
        opt_c.step()
        self.untoggle_optimizer(opt_c)
        self.log_dict({"c_loss": c_loss, "gp": gp, "w_dist": wasserstein}, prog_bar=True)

        if (batch_idx + 1) % self.hparams.n_critic == 0:
            # the critic's weights are frozen here, its input still gets a gradient
            self.toggle_optimizer(opt_g)
            g_loss = -self.critic(self.generator(self.sample_noise(real.size(0)))).mean()
            self.manual_backward(g_loss)
            opt_g.step()
            opt_g.zero_grad()
            self.untoggle_optimizer(opt_g)
            self.log("g_loss", g_loss, prog_bar=True)

    def on_train_epoch_end(self):
        for sch in self.lr_schedulers():
            sch.step()

    def configure_optimizers(self):
        kw = dict(lr=self.hparams.lr, betas=(0.0, 0.9))
        opt_g = torch.optim.Adam(self.generator.parameters(), **kw)
        opt_c = torch.optim.Adam(self.critic.parameters(), **kw)
        return [opt_g, opt_c], [
            torch.optim.lr_scheduler.StepLR(opt_g, 20, 0.5),
            torch.optim.lr_scheduler.StepLR(opt_c, 20, 0.5),
        ]


class SampleDump(Callback):
    def __init__(self, n=512):
        self.n = n
        self.history = []

    @torch.no_grad()
    def on_train_epoch_end(self, trainer, pl_module):
        pl_module.eval()
        self.history.append(pl_module.generator(pl_module.sample_noise(self.n)).cpu())
        pl_module.train()


def main():
    L.seed_everything(7)
    loader = DataLoader(Swirl(), batch_size=256, shuffle=True, drop_last=True)
    dump = SampleDump()
    trainer = L.Trainer(max_epochs=60, accelerator="auto", devices=1, callbacks=[dump], log_every_n_steps=20)
    trainer.fit(WGANGP(), loader)
    torch.save(dump.history, "samples.pt")


if __name__ == "__main__":
    main()
