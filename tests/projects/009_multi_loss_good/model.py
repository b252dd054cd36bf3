from torch import nn

from data import *

__all__ = ["TwoHeads"]


class TwoHeads(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(FEATURES, hidden), nn.GELU())
        self.price = nn.Linear(hidden, 1)
        self.sold = nn.Linear(hidden, 1)

    def forward(self, x):
        h = self.trunk(x)
        return {"price": self.price(h).squeeze(1), "sold": self.sold(h).squeeze(1)}
