"""VAE with Catalyst callbacks: the runner only writes batch_metrics, callbacks do the rest."""
import argparse

import torch
import torch.nn.functional as F
from catalyst import dl
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split


class Bars(Dataset):
    """Bars and stripes on a 12x12 grid."""

    def __init__(self, n=12_000, size=12):
        g = torch.Generator().manual_seed(5)
        on = (torch.rand(n, size, generator=g) < 0.3).float()
        vertical = torch.rand(n, generator=g) < 0.5
        rows = on.unsqueeze(2).expand(-1, -1, size)
        cols = on.unsqueeze(1).expand(-1, size, -1)
        self.x = torch.where(vertical[:, None, None], cols, rows).reshape(n, -1)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return {"features": self.x[i]}


class VAE(nn.Module):
    def __init__(self, n_in=144, hidden=200, latent=10):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_in, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU())
        self.to_stats = nn.Linear(hidden, 2 * latent)
        self.decoder = nn.Sequential(nn.Linear(latent, hidden), nn.SiLU(), nn.Linear(hidden, n_in))

    def forward(self, x, deterministic=False):
        loc, log_scale = self.to_stats(self.encoder(x)).chunk(2, dim=-1)
        log_scale = log_scale.clamp(-6, 3)
        z = loc if deterministic else loc + log_scale.exp() * torch.randn_like(loc)
        return self.decoder(z), loc, log_scale


class VAERunner(dl.IRunner):
    def __init__(self, args):
        super().__init__()
        self.args = args

    def get_engine(self):
        return dl.CPUEngine() if self.args.cpu else dl.GPUEngine()

    def get_loggers(self):
        return {"console": dl.ConsoleLogger(), "csv": dl.CSVLogger(logdir=self.args.logdir)}

    @property
    def num_epochs(self):
        return self.args.epochs

    def get_loaders(self):
        train, valid = random_split(Bars(), [10_000, 2_000])
        return {
            "train": DataLoader(train, batch_size=self.args.batch_size, shuffle=True),
            "valid": DataLoader(valid, batch_size=500),
        }

    def get_model(self):
        return VAE(latent=self.args.latent)

    def get_optimizer(self, model):
        return torch.optim.AdamW(model.parameters(), lr=self.args.lr)

    def get_scheduler(self, optimizer):
        return torch.optim.lr_scheduler.MultiStepLR(optimizer, [10, 20], gamma=0.3)

    def get_callbacks(self):
        return {
            "annealing": BetaAnnealing(self.args.beta, warmup=5),
            "backward": dl.BackwardCallback(metric_key="loss"),
            "optimizer": dl.OptimizerCallback(metric_key="loss", accumulation_steps=2),
            "scheduler": dl.SchedulerCallback(),
            "checkpoint": dl.CheckpointCallback(
                self.args.logdir, loader_key="valid", metric_key="loss", minimize=True, topk=2
            ),
            "early": dl.EarlyStoppingCallback(patience=5, loader_key="valid", metric_key="loss", minimize=True),
        }

    def on_loader_start(self, runner):
        super().on_loader_start(runner)
        self.totals = {"recon": 0.0, "kl": 0.0, "loss": 0.0}
        self.seen = 0

    def handle_batch(self, batch):
        x = batch["features"]
        logits, loc, log_scale = self.model(x)
        recon = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(-1).mean()
        kl = (0.5 * (loc**2 + (2 * log_scale).exp() - 1) - log_scale).sum(-1).mean()
        loss = recon + self.beta * kl

        self.batch_metrics.update({"recon": recon, "kl": kl, "loss": loss})
        for key in self.totals:
            self.totals[key] += self.batch_metrics[key].item() * len(x)
        self.seen += len(x)

    def on_loader_end(self, runner):
        for key, total in self.totals.items():
            self.loader_metrics[key] = total / self.seen
        super().on_loader_end(runner)


class BetaAnnealing(dl.Callback):
    def __init__(self, beta, warmup):
        super().__init__(order=dl.CallbackOrder.Internal)
        self.beta, self.warmup = beta, warmup

    def on_epoch_start(self, runner):
        runner.beta = self.beta * min(1.0, runner.epoch_step / self.warmup)


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--latent", type=int, default=10)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--beta", type=float, default=1.0)
    parser.add_argument("--logdir", default="./logs/vae")
    parser.add_argument("--cpu", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    VAERunner(parse_args()).run()
