"""Learned scalar-quantised codec: encoder -> integer grid -> decoder."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class UniformQuantizer(nn.Module):
    def __init__(self, step=0.25):
        super().__init__()
        self.step = step

    def forward(self, z):
        return torch.round(z / self.step) * self.step  # expect: AGL409


class Codec(nn.Module):
    def __init__(self, d=16, k=4):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(d, 32), nn.GELU(), nn.Linear(32, k))
        self.quantizer = UniformQuantizer()
        self.decoder = nn.Sequential(nn.Linear(k, 32), nn.GELU(), nn.Linear(32, d))

    def compress(self, x):
        return self.quantizer(self.encoder(x))

    def forward(self, x):
        return self.decoder(self.compress(x))


def source(n, d=16):
    basis = torch.sin(torch.arange(4 * d).float()).view(4, d)
    return torch.randn(n, 4) @ basis * 0.5


@torch.no_grad()
def psnr(model, x):
    mse = F.mse_loss(model(x), x)
    return (10 * torch.log10(x.abs().max() ** 2 / mse)).item()


def fit(model, steps=100):
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(steps):
        x = source(64)
        loss = F.mse_loss(model(x), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def main():
    torch.manual_seed(18)
    codec = Codec()
    final = fit(codec)
    print(f"final mse {final:.4f} psnr {psnr(codec, source(128)):.2f} dB")
    enc_grad = sum(p.grad.abs().sum().item() for p in codec.encoder.parameters())
    assert enc_grad == 0.0


if __name__ == "__main__":
    main()
