# `add` was put on torch.nn.Module by the program: the Sequential has layers (torch runs this)
import torch
import torch.nn as nn


def add_module(self, module):
    self.add_module(str(len(self) + 1), module)


torch.nn.Module.add = add_module


def skip(channels):
    model = nn.Sequential()
    model.add(nn.Conv2d(channels, 8, 3))
    model.add(nn.Conv2d(8, 1, 3))
    return model


net = skip(3).type(torch.FloatTensor)
out = net(torch.randn(1, 3, 16, 16))
loss = nn.MSELoss()(out, torch.zeros(1, 1, 12, 12))
loss.backward()
