"""A small residual classifier."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width, activation=nn.ReLU):
        super().__init__()
        self.inner = nn.Linear(width, width)
        self.activation = activation()

    def forward(self, x):
        out = self.activation(self.inner(x))
        out += x  # the activation saved `out` for its backward
        return out


class Classifier(nn.Module):
    def __init__(self, inputs=64, width=32, classes=10):
        super().__init__()
        self.stem = nn.Linear(inputs, width)
        self.blocks = nn.Sequential(Block(width), Block(width, nn.GELU))
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        return self.head(self.blocks(torch.tanh(self.stem(x))))
