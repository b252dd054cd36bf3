"""DCGAN on 8x8 bright squares."""
import copy

import torch
import torch.nn as nn
import torch.optim as optim

nz, ngf, ndf = 8, 8, 8
REAL, FAKE = 1.0, 0.0


def weights_init(m):
    name = m.__class__.__name__
    if "Conv" in name:
        nn.init.normal_(m.weight, 0.0, 0.05)
    elif "Norm" in name:
        nn.init.normal_(m.weight, 1.0, 0.02)
        nn.init.zeros_(m.bias)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, ngf * 2, 4, 1, 0, bias=False),
            nn.BatchNorm2d(ngf * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 2, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.main(z)


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(1, ndf, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(ndf, 1, 4, 1, 0, bias=False),
        )

    def forward(self, img):
        return self.main(img).view(-1)


def real_batches(n, size):
    for _ in range(n):
        img = -torch.ones(size, 1, 8, 8)
        for k in range(size):
            r, c = torch.randint(0, 5, (2,)).tolist()
            img[k, 0, r:r + 3, c:c + 3] = 1.0
        yield img


def d_loss_fn(netD, real, fake, criterion):
    pred_real, pred_fake = netD(real), netD(fake.detach())
    return criterion(pred_real, torch.full_like(pred_real, REAL)) + criterion(pred_fake, torch.full_like(pred_fake, FAKE))


def train(netG, netD, optG, optD, batches, observer):
    criterion = nn.BCEWithLogitsLoss()
    for i, real in enumerate(batches):
        optG.zero_grad()
        optD.zero_grad()

        # generator: maximise log(D(G(z)))
        fake = netG(torch.randn(real.size(0), nz, 1, 1))
        pred = netD(fake)
        errG = criterion(pred, torch.full_like(pred, REAL))
        errG.backward()
        optG.step()

        # discriminator: maximise log(D(x)) + log(1 - D(G(z)))
        errD = d_loss_fn(netD, real, fake, criterion)
        errD.backward()
        observer(netD, real, fake)
        optD.step()  # expect: AGL309

        if i % 5 == 0:
            print(f"[{i:02d}] Loss_D: {errD.item():.4f} Loss_G: {errG.item():.4f}")


class Observer:
    """Compares the discriminator's gradient with that of its own loss."""

    def __init__(self):
        self.matches = []

    def __call__(self, netD, real, fake):
        twin = copy.deepcopy(netD)
        loss = d_loss_fn(twin, real, fake, nn.BCEWithLogitsLoss())
        (g,) = torch.autograd.grad(loss, [twin.main[2].weight])
        self.matches.append(torch.allclose(g, netD.main[2].weight.grad, atol=1e-6))


def main():
    torch.manual_seed(999)
    netG, netD = Generator().apply(weights_init), Discriminator().apply(weights_init)
    optD = optim.Adam(netD.parameters(), lr=2e-3, betas=(0.5, 0.999))
    optG = optim.Adam(netG.parameters(), lr=2e-3, betas=(0.5, 0.999))
    observer = Observer()
    train(netG, netD, optG, optD, real_batches(20, 16), observer)
    assert not any(observer.matches)


if __name__ == "__main__":
    main()
