#!/usr/bin/env python
import argparse

import torch as th
from torch import nn
import torch.nn.functional as F


def get_args(argv=None):
    p = argparse.ArgumentParser("toy conditional denoiser")
    p.add_argument("--steps", default=10, type=int)
    p.add_argument("--lr", default=3e-4, type=float)
    p.add_argument("--dim", default=16, type=int)
    return p.parse_args(argv)


class TextEncoder(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.emb = nn.EmbeddingBag(vocab, dim)
        self.mlp = nn.Sequential(nn.Linear(dim, dim), nn.SiLU(), nn.Linear(dim, dim))

    def forward(self, ids):
        return self.mlp(self.emb(ids))


class Denoiser(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.inp = nn.Linear(2 * dim + 1, 64)
        self.out = nn.Linear(64, dim)

    def forward(self, x, t, ctx):
        return self.out(F.silu(self.inp(th.cat([x, t, ctx], dim=-1))))


def main(args):
    th.manual_seed(0)
    prompts = th.randint(0, 50, (8, 6))
    images = th.randn(8, args.dim)
    text_encoder, denoiser = TextEncoder(50, args.dim), Denoiser(args.dim)
    params = list(text_encoder.parameters()) + list(denoiser.parameters())
    opt = th.optim.AdamW(params, lr=args.lr)

    ctx = text_encoder(prompts)          # the prompts never change
    for step in range(args.steps):
        t = th.rand(len(images), 1)
        noise = th.randn_like(images)
        noisy = (1 - t).sqrt() * images + t.sqrt() * noise
        loss = F.mse_loss(denoiser(noisy, t, ctx), noise)
        opt.zero_grad()
        loss.backward()  # expect: AGL202  # raises: backward through the graph a second time
        opt.step()
        print(step, round(loss.item(), 4))


if __name__ == "__main__":
    main(get_args())
