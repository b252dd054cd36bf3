import torch
from torch import nn


class PairwiseLoss(nn.Module):
    def __init__(self, size=4):
        super().__init__()
        self.history = torch.rand((size, 1))

    def forward(self, outputs):
        difference = outputs.view(1, -1) - self.history.view(-1, 1)
        loss = torch.relu(difference**2).mean()
        recent = torch.cat((self.history[outputs.size(0) :], outputs))
        self.history = recent  # expect: AGL202
        return loss
