from torch import nn

__all__ = ["Regressor"]


class Regressor(nn.Module):
    def __init__(self, dim, hidden=16):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(dim, hidden), nn.Softplus(), nn.Linear(hidden, 1)
        )

    def forward(self, x):
        return self.net(x).squeeze(-1)
