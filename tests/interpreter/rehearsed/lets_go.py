import torch
from torch import nn


class Recurrent(nn.Module):
    def __init__(self, size=4):
        super().__init__()
        self.cell = nn.GRUCell(size, size)
        self.state = torch.zeros(2, size)

    def reset(self):
        self.state = torch.zeros_like(self.state)

    def forward(self, x):
        self.state = self.cell(x, self.state)
        return self.state.tanh()
