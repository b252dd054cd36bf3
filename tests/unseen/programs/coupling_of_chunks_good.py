import torch
from torch import nn


class Coupling(nn.Module):
    def __init__(self, param_map, scale=True):
        super().__init__()
        self.param_map = param_map
        self.scale = scale

    def forward(self, z):
        z1, z2 = z.chunk(2, dim=1)
        param = self.param_map(z1)
        if self.scale:
            z2 = z2 * torch.exp(param)
        else:
            z2 = z2 + param
        return torch.cat([z1, z2], dim=1)
