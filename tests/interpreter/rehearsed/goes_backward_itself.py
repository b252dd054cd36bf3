import torch
from torch import nn


class Quantizer(nn.Module):
    def __init__(self, size=4):
        super().__init__()
        self.project = nn.Linear(size, size)
        self.embed = nn.Parameter(torch.randn(size))
        self.optimizer = torch.optim.SGD([self.embed], lr=0.1)

    def forward(self, x):
        x = self.project(x).tanh()
        ((self.embed * x - x) ** 2).mean().backward()  # expect: AGL201
        return self.embed * x
