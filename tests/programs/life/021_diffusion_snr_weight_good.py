"""Toy DDPM on a 2-D spiral with min-SNR loss weights."""
from dataclasses import dataclass

import torch
import torch.nn as nn


@dataclass
class DiffusionConfig:
    timesteps: int = 100
    beta_min: float = 1e-4
    beta_max: float = 0.02
    snr_gamma: float = 5.0
    hidden: int = 64
    lr: float = 2e-3
    batch_size: int = 128
    train_steps: int = 30


class NoiseSchedule:
    def __init__(self, cfg: DiffusionConfig):
        beta = torch.linspace(cfg.beta_min, cfg.beta_max, cfg.timesteps)
        self.alpha_bar = torch.cumprod(1 - beta, dim=0)

    def q_sample(self, x0, t, eps):
        ab = self.alpha_bar[t].unsqueeze(-1)
        return ab.sqrt() * x0 + (1 - ab).sqrt() * eps

    def snr(self, t):
        ab = self.alpha_bar[t]
        return ab / (1 - ab)


class TimeMLP(nn.Module):
    def __init__(self, cfg: DiffusionConfig):
        super().__init__()
        self.t_emb = nn.Embedding(cfg.timesteps, cfg.hidden)
        self.inp = nn.Linear(2, cfg.hidden)
        self.mid = nn.Sequential(nn.SiLU(), nn.Linear(cfg.hidden, cfg.hidden), nn.SiLU())
        self.out = nn.Linear(cfg.hidden, 2)

    def forward(self, x, t):
        return self.out(self.mid(self.inp(x) + self.t_emb(t)))


class WeightedNoiseLoss(nn.Module):
    """Squared error on the noise, weighted per sample by min(SNR, gamma) / SNR."""

    def __init__(self, schedule: NoiseSchedule, gamma: float):
        super().__init__()
        self.schedule, self.gamma = schedule, gamma
        self.mse = nn.MSELoss(reduction="none")

    def forward(self, pred, eps, t):
        snr = self.schedule.snr(t)
        weight = snr.clamp(max=self.gamma) / snr
        return (weight * self.mse(pred, eps).mean(dim=-1)).mean()


class DiffusionTrainer:
    def __init__(self, cfg: DiffusionConfig):
        self.cfg = cfg
        self.schedule = NoiseSchedule(cfg)
        self.model = TimeMLP(cfg)
        self.criterion = WeightedNoiseLoss(self.schedule, cfg.snr_gamma)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=cfg.lr)

    def training_step(self, x0):
        t = torch.randint(0, self.cfg.timesteps, (x0.shape[0],))
        eps = torch.randn_like(x0)
        pred = self.model(self.schedule.q_sample(x0, t, eps), t)
        return self.criterion(pred, eps, t)

    def fit(self, data):
        for step in range(self.cfg.train_steps):
            x0 = data[torch.randint(0, len(data), (self.cfg.batch_size,))]
            loss = self.training_step(x0)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            if step % 10 == 0:
                print(f"step {step:03d} | loss {loss.detach().mean().item():.4f}")


def spiral(n):
    r = torch.rand(n).sqrt() * 3
    return torch.stack([r * torch.cos(3 * r), r * torch.sin(3 * r)], dim=1) / 2


if __name__ == "__main__":
    torch.manual_seed(0)
    DiffusionTrainer(DiffusionConfig()).fit(spiral(1000))
