"""Tiny DCGAN-style generator; only checks the init scheme and one training step."""
import math

import torch
import torch.nn as nn


def init_weights(m):
    classname = m.__class__.__name__
    if classname.startswith("ConvTranspose"):
        fan = m.weight.size(0) * m.weight.size(2) * m.weight.size(3)
        nn.init.normal_(m.weight, 0.0, 1.0 / math.sqrt(fan))
    elif classname.startswith("BatchNorm"):
        nn.init.normal_(m.weight, 1.0, 0.02)
        m.bias.data.fill_(0.01)


def up(cin, cout):
    return nn.Sequential(
        nn.ConvTranspose2d(cin, cout, 4, 2, 1, bias=False),
        nn.BatchNorm2d(cout),
        nn.ReLU(inplace=True),
    )


class Generator(nn.Module):
    def __init__(self, nz=8, ngf=8):
        super().__init__()
        self.nz = nz
        self.stem = nn.ConvTranspose2d(nz, ngf * 2, 4, 1, 0)
        self.blocks = nn.Sequential(up(ngf * 2, ngf), up(ngf, ngf))
        self.head = nn.Conv2d(ngf, 3, 3, padding=1)
        self.apply(init_weights)

    def sample(self, n):
        return torch.randn(n, self.nz, 1, 1)

    def forward(self, z):
        return torch.tanh(self.head(self.blocks(self.stem(z))))


if __name__ == "__main__":
    torch.manual_seed(0)
    G = Generator()
    opt = torch.optim.Adam(G.parameters(), lr=2e-4, betas=(0.5, 0.999))
    target = torch.rand(4, 3, 16, 16) * 2 - 1
    for it in range(3):
        fake = G(G.sample(4))
        loss = (fake - target).abs().mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(it, round(loss.item(), 4))
