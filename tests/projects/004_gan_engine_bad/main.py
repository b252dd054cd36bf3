import torch
from torch.utils.data import DataLoader, TensorDataset

from gan.engine import train_one_epoch
from gan.networks import Discriminator, Generator


def ring(n=128):
    angle = torch.rand(n) * 6.2832
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def main():
    torch.manual_seed(0)
    loader = DataLoader(TensorDataset(ring()), batch_size=32, shuffle=True)
    gen, disc = Generator(), Discriminator()
    opt_g = torch.optim.Adam(gen.parameters(), lr=2e-4, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(disc.parameters(), lr=2e-4, betas=(0.5, 0.999))
    for epoch in range(3):
        loss_d, loss_g = train_one_epoch(gen, disc, loader, opt_g, opt_d)
        print(f"[{epoch}] D {loss_d:.3f} G {loss_g:.3f}")


if __name__ == "__main__":
    main()
