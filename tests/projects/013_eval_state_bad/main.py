import torch
from torch import nn

from data import get_loaders
from engine import train_one_epoch
from evaluation import accuracy
from state import model


def main(epochs=3):
    train_loader, val_loader = get_loaders()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    batches_seen = []

    model.train()
    for epoch in range(epochs):
        loss = train_one_epoch(model, train_loader, optimizer, criterion)
        batches_seen.append(model[1].num_batches_tracked.item())
        acc = accuracy(val_loader)
        print(f"epoch {epoch} loss {loss:.4f} val acc {acc:.3f}")

    n = len(train_loader)
    assert not model.training
    assert batches_seen == [n, n, n]


if __name__ == "__main__":
    main()
