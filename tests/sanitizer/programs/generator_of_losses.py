"""Losses come out of a generator that normalizes the shared features in place between two of them."""

import torch
from torch import nn
import torch.nn.functional as F


def losses(features, heads, labels):
    for head in heads:
        yield F.cross_entropy(head(features), labels)
        features.div_(2.0)  # good: features = features / 2.0  # expect: AGL102


def main():
    torch.manual_seed(0)
    trunk = nn.Sequential(nn.Linear(4, 6), nn.ReLU())
    heads = nn.ModuleList(nn.Linear(6, 3) for _ in range(2))
    optimizer = torch.optim.Adam([*trunk.parameters(), *heads.parameters()])
    for _ in range(2):
        features = trunk(torch.randn(5, 4))
        total = sum(losses(features, heads, torch.randint(0, 3, (5,))))
        optimizer.zero_grad()
        total.backward()  # raises: modified by an inplace operation
        optimizer.step()


if __name__ == "__main__":
    main()
