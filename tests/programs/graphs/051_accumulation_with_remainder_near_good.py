import argparse

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--accum", type=int, default=4)
    p.add_argument("--epochs", type=int, default=2)
    p.add_argument("--lr", type=float, default=1e-2)
    return p.parse_args()


def train_epoch(model, loader, optimizer, criterion, accum):
    model.train()
    optimizer.zero_grad()
    steps, running = 0, 0.0
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y) / accum
        loss.backward()
        running += loss.item() * accum
        if (i + 1) % accum == 0:
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            steps += 1
    if (i + 1) % accum != 0:
        optimizer.step()
        optimizer.zero_grad()
        steps += 1
    return running / (i + 1), steps


def main():
    args = parse()
    torch.manual_seed(0)
    ds = TensorDataset(torch.randn(88, 10), torch.randint(0, 2, (88,)))
    loader = DataLoader(ds, batch_size=8, shuffle=True)
    model = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)
    for epoch in range(args.epochs):
        loss, steps = train_epoch(model, loader, optimizer, nn.CrossEntropyLoss(), args.accum)
        assert steps == 3
        print(f"epoch {epoch} loss {loss:.4f} optimizer steps {steps}")


if __name__ == "__main__":
    main()
