"""DDPM on 2-D data with an EMA copy for sampling."""
import copy
import math
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


@dataclass(frozen=True)
class Cfg:
    T: int = 50
    steps: int = 200
    batch: int = 128
    ema: float = 0.99
    lr: float = 2e-3


class Denoiser(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        half = dim // 2
        self.register_buffer("freqs", torch.exp(-math.log(1e4) * torch.arange(half) / half))
        self.temb = nn.Sequential(nn.Linear(dim, dim), nn.SiLU())
        self.inp = nn.Linear(2, dim)
        self.blocks = nn.ModuleList(nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, dim), nn.SiLU()) for _ in range(2))
        self.out = nn.Linear(dim, 2)

    def forward(self, x, t):
        ang = t.float()[:, None] * self.freqs
        e = self.temb(torch.cat([ang.sin(), ang.cos()], -1))
        h = self.inp(x)
        for blk in self.blocks:
            h = h + blk(h + e)
        return self.out(h)


class Diffusion(nn.Module):
    def __init__(self, T):
        super().__init__()
        beta = torch.linspace(1e-4, 0.15, T)
        alpha = 1 - beta
        self.T = T
        self.register_buffer("beta", beta)
        self.register_buffer("alpha", alpha)
        self.register_buffer("abar", alpha.cumprod(0))

    def loss(self, model, x0):
        t = torch.randint(0, self.T, (x0.size(0),))
        eps = torch.randn_like(x0)
        ab = self.abar[t].unsqueeze(1)
        return F.mse_loss(model(ab.sqrt() * x0 + (1 - ab).sqrt() * eps, t), eps)

    @torch.no_grad()
    def sample(self, model, n):
        x = torch.randn(n, 2)
        for i in reversed(range(self.T)):
            eps = model(x, torch.full((n,), i))
            x = (x - self.beta[i] / (1 - self.abar[i]).sqrt() * eps) / self.alpha[i].sqrt()
            if i > 0:
                x += self.beta[i].sqrt() * torch.randn_like(x)
        return x


def ema_update(ema_model, model, decay):
    with torch.no_grad():
        msd = model.state_dict()
        for k, v in ema_model.state_dict().items():
            v.copy_(decay * v + (1 - decay) * msd[k])


def main(cfg=Cfg()):
    torch.manual_seed(0)
    diff, model = Diffusion(cfg.T), Denoiser()
    ema_model = copy.deepcopy(model).eval()
    for p in ema_model.parameters():
        p.requires_grad = False
    opt = torch.optim.AdamW(model.parameters(), lr=cfg.lr)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=cfg.steps)
    avg = None
    for step in range(cfg.steps):
        ang = torch.rand(cfg.batch) * 2 * math.pi
        x0 = torch.stack([ang.cos(), ang.sin()], 1)
        loss = diff.loss(model, x0)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        opt.step()
        sched.step()
        ema_update(ema_model, model, cfg.ema if step > 20 else 0.0)
        avg = loss.item() if avg is None else 0.95 * avg + 0.05 * loss.item()
        if step % 50 == 0:
            print(f"step {step} loss {avg:.4f}")
    r = diff.sample(ema_model, 256).norm(dim=1)
    print(f"radius {r.mean().item():.3f} +- {r.std().item():.3f}")


main()
