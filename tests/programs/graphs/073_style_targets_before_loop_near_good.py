import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def sinusoidal(n, d):
    pos = torch.arange(n).unsqueeze(1)
    freq = torch.exp(torch.arange(0, d, 2) * (-math.log(10000.0) / d))
    table = torch.zeros(n, d)
    table[:, 0::2] = torch.sin(pos * freq)
    table[:, 1::2] = torch.cos(pos * freq)
    return table


class ImplicitImage(nn.Module):
    """Coordinate network; its output is compared in the feature space of a frozen net."""

    def __init__(self, size=12, d=16):
        super().__init__()
        self.size = size
        self.register_buffer("pe", sinusoidal(size, d))
        self.mlp = nn.Sequential(nn.Linear(2 * d, 32), nn.GELU(), nn.Linear(32, 3))

    def forward(self):
        rows = self.pe.unsqueeze(1).expand(-1, self.size, -1)
        cols = self.pe.unsqueeze(0).expand(self.size, -1, -1)
        return self.mlp(torch.cat([rows, cols], -1)).permute(2, 0, 1).unsqueeze(0).sigmoid()


def main():
    torch.manual_seed(0)
    features = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1)).eval()
    image = torch.rand(1, 3, 12, 12)
    with torch.no_grad():
        target = features(image)
    channel_weight = target.std(dim=(0, 2, 3), keepdim=True).reciprocal()

    model = ImplicitImage()
    opt = torch.optim.Adam(model.parameters(), lr=5e-3)
    for it in range(20):
        opt.zero_grad()
        out = model()
        perceptual = (channel_weight * (features(out) - target)).pow(2).mean()
        loss = F.l1_loss(out, image) + 0.1 * perceptual
        loss.backward()
        opt.step()
        if it % 5 == 0:
            print(it, f"{loss.item():.4f}")


main()
