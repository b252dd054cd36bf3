import os

import torch
import torch.nn as nn
import torch.nn.functional as F
from lightning.fabric import Fabric
from torch.utils.data import DataLoader, Dataset

LATENT = 32


class Checkers(Dataset):
    def __init__(self, n=6000):
        cells = torch.randint(0, 2, (n, 1, 4, 4)).float() * 2 - 1
        self.images = F.interpolate(cells, scale_factor=4)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i]


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(LATENT, 64, 4), nn.BatchNorm2d(64), nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Tanh(),
        )

    def forward(self, z):
        return self.main(z[:, :, None, None])


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, 2, 1), nn.LeakyReLU(0.2),
            nn.Conv2d(64, 1, 4),
        )

    def forward(self, x):
        return self.main(x).flatten()


def main(epochs=20, batch_size=64, lr=2e-4):
    fabric = Fabric(accelerator="auto", devices=1)
    fabric.launch()
    fabric.seed_everything(4)

    netG, netD = Generator(), Discriminator()
    optG = torch.optim.Adam(netG.parameters(), lr=lr, betas=(0.5, 0.999))
    optD = torch.optim.Adam(netD.parameters(), lr=lr, betas=(0.5, 0.999))
    netG, optG = fabric.setup(netG, optG)
    netD, optD = fabric.setup(netD, optD)
    loader = fabric.setup_dataloaders(DataLoader(Checkers(), batch_size=batch_size, shuffle=True, drop_last=True))
    fixed = torch.randn(16, LATENT, device=fabric.device)

    for epoch in range(epochs):
        for step, real in enumerate(loader):
            fake = netG(torch.randn(real.size(0), LATENT, device=fabric.device))

            optD.zero_grad()
            d_loss = F.softplus(-netD(real)).mean() + F.softplus(netD(fake)).mean()
            fabric.backward(d_loss)
            optD.step()

            optG.zero_grad()
            g_loss = F.softplus(-netD(fake)).mean()
            fabric.backward(g_loss)  # expect: AGL201
            optG.step()

            if step % 50 == 0:
                fabric.print(f"[{epoch}/{step}] D {d_loss.item():.3f} G {g_loss.item():.3f}")

        with torch.no_grad():
            samples = netG(fixed).cpu()
        if fabric.is_global_zero:
            os.makedirs("out", exist_ok=True)
            torch.save(samples, f"out/{epoch:03d}.pt")


if __name__ == "__main__":
    main()
