"""Denoising sequence autoencoder; a random span of the latent sequence is blanked in training."""
from __future__ import annotations

import torch
import torch.nn as nn


class LatentCutout(nn.Module):
    def __init__(self, span: int, p: float = 1.0):
        super().__init__()
        self.span, self.p = span, p

    def pick(self, z: torch.Tensor) -> torch.Tensor:
        """A random window of `span` positions out of [B, T, D]."""
        with torch.no_grad():
            start = int(torch.randint(0, z.size(1) - self.span + 1, ()))
            window = z[:, start:start + self.span]
        return window

    def forward(self, z):
        if not self.training or torch.rand(()) > self.p:
            return z
        window = self.pick(z)
        window.zero_()  # expect: AGL103  # raises: A view was created in no_grad mode
        return z


class SeqEncoder(nn.Module):
    def __init__(self, n_feat, dim):
        super().__init__()
        self.conv = nn.Conv1d(n_feat, dim, 5, padding=2)
        self.norm = nn.LayerNorm(dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x):
        h = torch.relu(self.conv(x.transpose(1, 2))).transpose(1, 2)
        return self.proj(self.norm(h))


class SeqDecoder(nn.Module):
    def __init__(self, n_feat, dim):
        super().__init__()
        self.gru = nn.GRU(dim, dim, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * dim, n_feat)

    def forward(self, z):
        h, _ = self.gru(z)
        return self.out(h)


class CutoutAE(nn.Module):
    def __init__(self, n_feat=3, dim=24, span=6):
        super().__init__()
        self.encoder = SeqEncoder(n_feat, dim)
        self.cutout = LatentCutout(span)
        self.decoder = SeqDecoder(n_feat, dim)

    def forward(self, x):
        return self.decoder(self.cutout(self.encoder(x)))


def make_waves(n, length):
    t = torch.linspace(0, 6.28, length)
    phase = torch.rand(n, 1, 1) * 6.28
    freq = 1 + torch.rand(n, 1, 3) * 2
    return torch.sin(freq * t[None, :, None] + phase)


def run():
    torch.manual_seed(3)
    model = CutoutAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(8):
        model.train()
        x = make_waves(32, 40)
        optimizer.zero_grad()
        loss = nn.functional.smooth_l1_loss(model(x), x)
        loss.backward()
        optimizer.step()

        model.eval()
        with torch.no_grad():
            val = make_waves(16, 40)
            err = (model(val) - val).abs().mean().item()
        print(f"{epoch=} train={loss.item():.4f} val_mae={err:.4f}")


if __name__ == "__main__":
    run()
