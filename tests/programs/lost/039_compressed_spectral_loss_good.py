"""Denoise short tones with a learned FIR; loss on power-compressed mel-like spectra."""
import math
import torch
import torch.nn as nn


class CompressedSpectrum(nn.Module):
    def __init__(self, n_fft=64, n_bands=12, exponent=0.3):
        super().__init__()
        self.n_fft, self.exponent = n_fft, exponent
        self.register_buffer("window", torch.hann_window(n_fft))
        freqs = n_fft // 2 + 1
        centers = torch.linspace(1, freqs - 2, n_bands)
        grid = torch.arange(freqs).float()
        bank = (1 - (grid[None] - centers[:, None]).abs() / 3).clamp(min=0)
        self.register_buffer("bank", bank)

    def forward(self, wave):
        frames = wave.unfold(-1, self.n_fft, self.n_fft // 2) * self.window
        spec = torch.fft.rfft(frames, dim=-1)
        power = spec.real ** 2 + spec.imag ** 2
        bands = power @ self.bank.t()
        return (bands + 1e-6) ** self.exponent


class FIRDenoiser(nn.Module):
    def __init__(self, taps=11):
        super().__init__()
        self.conv = nn.Conv1d(1, 1, taps, padding=taps // 2, bias=False)
        with torch.no_grad():
            self.conv.weight.zero_()
            self.conv.weight[0, 0, taps // 2] = 1.0

    def forward(self, x, lengths):
        y = self.conv(x[:, None])[:, 0]
        mask = torch.arange(x.shape[1])[None] < lengths[:, None]
        return y * mask


def batch(n=6, total=320):
    lengths = torch.randint(120, total // 2 + 60, (n,))
    t = torch.arange(total).float()
    f = 0.02 + 0.2 * torch.rand(n, 1)
    clean = torch.sin(2 * math.pi * f * t) * (t[None] < lengths[:, None])
    return clean, clean + 0.3 * torch.randn(n, total), lengths


def main():
    torch.manual_seed(0)
    net, spectrum = FIRDenoiser(), CompressedSpectrum()
    opt = torch.optim.Adam(net.parameters(), lr=5e-3)
    for step in range(30):
        clean, noisy, lengths = batch()
        loss = (spectrum(net(noisy, lengths)) - spectrum(clean)).abs().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        if step == 0:
            print("first loss", loss.item())
    print("last loss", loss.item())
    assert torch.isfinite(net.conv.weight).all()


if __name__ == "__main__":
    main()
