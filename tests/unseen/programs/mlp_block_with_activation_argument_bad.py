"""Residual blocks whose activation is an argument, for point clouds."""
import torch
from torch import nn


def build_mlp(widths, activation):
    layers = []
    for before, after in zip(widths[:-1], widths[1:]):
        layers += [nn.Linear(before, after), activation()]
    return nn.Sequential(*layers)


class ResidualBlock(nn.Module):
    def __init__(self, width, hidden=None, activation=nn.Tanh):
        super().__init__()
        self.body = build_mlp([width, hidden or width, width], activation)

    def forward(self, x):
        out = self.body(x)
        out += x  # expect: AGL102
        return out


class PointEncoder(nn.Module):
    def __init__(self, inputs=3, width=64, depth=3, block=ResidualBlock):
        super().__init__()
        self.lift = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList(block(width) for _ in range(depth))
        self.pool = lambda features: features.amax(dim=1)

    def forward(self, points, mask=None):
        features = self.lift(points)
        for block in self.blocks:
            features = block(features)
        if mask is not None:
            features = features.masked_fill(~mask.unsqueeze(-1), float("-inf"))
        return self.pool(features)


def classification_head(encoder, width, classes):
    return nn.Sequential(encoder, nn.LayerNorm(width), nn.Linear(width, classes))
