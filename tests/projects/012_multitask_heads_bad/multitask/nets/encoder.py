from torch import nn


class Encoder(nn.Module):
    def __init__(self, in_dim, width):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(in_dim, width), nn.Tanh(),
            nn.Linear(width, width), nn.Tanh(),
        )

    def forward(self, x):
        return self.layers(x)
