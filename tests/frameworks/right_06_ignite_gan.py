import argparse
import os

import torch
import torch.nn as nn
from ignite.engine import Engine, Events
from ignite.handlers import ModelCheckpoint
from ignite.metrics import RunningAverage
from torch.utils.data import DataLoader, TensorDataset


class Generator(nn.Module):
    def __init__(self, z_dim=32, nf=32):
        super().__init__()
        self.z_dim = z_dim
        self.net = nn.Sequential(
            nn.ConvTranspose2d(z_dim, nf * 2, 4, 1, 0, bias=False), nn.BatchNorm2d(nf * 2), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(nf * 2, nf, 4, 2, 1, bias=False), nn.BatchNorm2d(nf), nn.ReLU(inplace=True),
            nn.ConvTranspose2d(nf, 1, 4, 2, 1), nn.Tanh(),
        )

    def forward(self, z):
        return self.net(z.view(z.size(0), self.z_dim, 1, 1))


class Discriminator(nn.Module):
    def __init__(self, nf=32):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, nf, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(nf, nf * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(nf * 2), nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(nf * 2, 1, 4),
        )

    def forward(self, x):
        return self.net(x).view(-1)


def make_data(n=10000):
    centers = torch.randint(4, 12, (n, 2))
    grid = torch.arange(16)
    dy = (grid[None, :, None] - centers[:, 0, None, None]).abs()
    dx = (grid[None, None, :] - centers[:, 1, None, None]).abs()
    images = ((dy + dx) < 4).float() * 2 - 1
    return TensorDataset(images.unsqueeze(1))


def main(args):
    device = torch.device(args.device)
    loader = DataLoader(make_data(), batch_size=args.batch_size, shuffle=True, drop_last=True)

    netG, netD = Generator().to(device), Discriminator().to(device)
    bce = nn.BCEWithLogitsLoss()
    optG = torch.optim.Adam(netG.parameters(), lr=args.lr, betas=(0.5, 0.999))
    optD = torch.optim.Adam(netD.parameters(), lr=args.lr, betas=(0.5, 0.999))

    real_labels = torch.ones(args.batch_size, device=device)
    fake_labels = torch.zeros(args.batch_size, device=device)
    fixed_noise = torch.randn(64, netG.z_dim, device=device)

    def step(engine, batch):
        (real,) = batch
        real = real.to(device)

        # discriminator: two backward passes are summed on purpose
        netD.zero_grad()
        errD_real = bce(netD(real), real_labels * 0.9)
        errD_real.backward()

        noise = torch.randn(args.batch_size, netG.z_dim, device=device)
        fake = netG(noise)
        errD_fake = bce(netD(fake.detach()), fake_labels)
        errD_fake.backward()
        optD.step()

        # generator
        netG.zero_grad()
        errG = bce(netD(fake), real_labels)
        errG.backward()
        optG.step()

        return {"errD": (errD_real + errD_fake).item(), "errG": errG.item()}

    trainer = Engine(step)
    for name in ("errD", "errG"):
        RunningAverage(alpha=0.98, output_transform=lambda out, key=name: out[key]).attach(trainer, name)

    checkpoint = ModelCheckpoint(args.output_dir, "gan", n_saved=3, require_empty=False, create_dir=True)
    trainer.add_event_handler(Events.EPOCH_COMPLETED, checkpoint, {"netG": netG, "netD": netD})

    @trainer.on(Events.ITERATION_COMPLETED(every=50))
    def print_logs(engine):
        m = engine.state.metrics
        print(f"{engine.state.epoch}/{engine.state.iteration} D {m['errD']:.4f} G {m['errG']:.4f}")

    @trainer.on(Events.EPOCH_COMPLETED)
    def save_samples(engine):
        with torch.no_grad():
            fake = netG(fixed_noise)
        torch.save(fake.cpu(), os.path.join(args.output_dir, f"fake_{engine.state.epoch:03d}.pt"))

    @trainer.on(Events.EXCEPTION_RAISED)
    def handle_exception(engine, e):
        if isinstance(e, KeyboardInterrupt):
            engine.terminate()
            checkpoint(engine, {"netG_exception": netG, "netD_exception": netD})
        else:
            raise e

    trainer.run(loader, max_epochs=args.epochs)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--lr", type=float, default=2e-4)
    ap.add_argument("--epochs", type=int, default=25)
    ap.add_argument("--batch-size", type=int, default=100)
    ap.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    ap.add_argument("--output-dir", default="ignite_gan")
    main(ap.parse_args())
