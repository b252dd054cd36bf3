"""Vibration diagnosis: 1-d filter bank -> magnitude spectrum -> classifier."""
import numpy as np
import torch
import torch.nn as nn


class FilterBank(nn.Module):
    def __init__(self, n_filters=6, length=15):
        super().__init__()
        self.conv = nn.Conv1d(1, n_filters, length, padding=length // 2, bias=False)
        nn.init.orthogonal_(self.conv.weight)

    def forward(self, x):
        return self.conv(x)


class SpectrumLayer(nn.Module):
    """log(1 + |rfft|), keeps the lowest n_bins."""

    def __init__(self, n_bins):
        super().__init__()
        self.n_bins = n_bins

    def forward(self, x):
        mag = torch.fft.rfft(x, dim=-1).abs()[..., : self.n_bins]
        return torch.log1p(mag)


class Diagnoser(nn.Module):
    def __init__(self, n_classes=3, n_bins=20):
        super().__init__()
        self.bank = FilterBank()
        self.spec = SpectrumLayer(n_bins)
        self.fc = nn.Sequential(nn.Flatten(), nn.Linear(6 * n_bins, 32), nn.ReLU(), nn.Linear(32, n_classes))

    def forward(self, x):
        return self.fc(self.spec(self.bank(x)))


def vibrations(rng, n):
    labels = rng.integers(0, 3, size=n)
    t = np.arange(128) / 128.0
    base = np.array([4.0, 9.0, 15.0])[labels]
    phase = rng.uniform(0, 2 * np.pi, size=n)
    x = np.sin(2 * np.pi * base[:, None] * t + phase[:, None]) + 0.5 * rng.normal(size=(n, 128))
    return torch.from_numpy(x[:, None].astype(np.float32)), torch.from_numpy(labels)


def main():
    torch.manual_seed(0)
    rng = np.random.default_rng(4)
    net = Diagnoser()
    w0 = net.bank.conv.weight.detach().clone()
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)
    lossf = nn.CrossEntropyLoss()
    for i in range(40):
        x, y = vibrations(rng, 32)
        opt.zero_grad()
        loss = lossf(net(x), y)
        loss.backward()
        opt.step()
    print("loss", loss.item())
    assert net.bank.conv.weight.grad is not None
    assert not torch.equal(w0, net.bank.conv.weight)


if __name__ == "__main__":
    main()
