"""Tabular classifier, Fabric loop with a per-epoch schedule."""
import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F
from lightning.fabric import Fabric, seed_everything
from torch.utils.data import DataLoader, TensorDataset, random_split


class ResidualMLP(nn.Module):
    def __init__(self, n_in=20, width=128, depth=3, n_out=3):
        super().__init__()
        self.inp = nn.Linear(n_in, width)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, width))
            for _ in range(depth)
        )
        self.out = nn.Linear(width, n_out)

    def forward(self, x):
        x = self.inp(x)
        for block in self.blocks:
            x = x + block(x)
        return self.out(x)


def get_dataset(n=9000):
    x = torch.randn(n, 20)
    y = torch.stack([x[:, 0] * x[:, 1], x[:, 2].abs(), torch.sin(3 * x[:, 3])], dim=1).argmax(1)
    return random_split(TensorDataset(x, y), [n - 1000, 1000])


def evaluate(fabric, model, loader):
    model.eval()
    correct = torch.zeros((), device=fabric.device)
    with torch.no_grad():
        for x, y in loader:
            correct += (model(x).argmax(1) == y).sum()
    return correct.item() / len(loader.dataset)


def run(args):
    seed_everything(args.seed)
    fabric = Fabric(accelerator="auto", devices=1)
    fabric.launch()

    train_set, val_set = get_dataset()
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    val_loader = DataLoader(val_set, batch_size=500)
    train_loader, val_loader = fabric.setup_dataloaders(train_loader, val_loader)

    model = ResidualMLP()
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9, weight_decay=1e-4)
    model, optimizer = fabric.setup(model, optimizer)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[10, 15], gamma=0.1)

    for epoch in range(args.epochs):
        model.train()
        scheduler.step()  # expect: AGL307
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            fabric.backward(loss)
            optimizer.step()
        accuracy = evaluate(fabric, model, val_loader)
        fabric.print(f"epoch {epoch:02d} lr {optimizer.param_groups[0]['lr']:.4f} val acc {accuracy:.3f}")

    fabric.save("last.ckpt", {"model": model, "optimizer": optimizer})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=12)
    run(parser.parse_args())
