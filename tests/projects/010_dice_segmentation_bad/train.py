import torch

from engine import train_one_epoch
from losses import *
from unet import *


def make_loader(batches=4, size=12):
    loader = []
    for _ in range(batches):
        labels = torch.randint(0, NUM_CLASSES, (4, size, size))
        images = labels.unsqueeze(1).float() + 0.1 * torch.randn(4, 1, size, size)
        loader.append((images, labels))
    return loader


def main():
    torch.manual_seed(0)
    model = TinySegNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    loader = make_loader()
    history = [train_one_epoch(model, loader, optimizer, DiceLoss()) for _ in range(3)]
    print("dice loss", history)


if __name__ == "__main__":
    main()
