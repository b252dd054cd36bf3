from torch import nn


class QNet(nn.Module):
    def __init__(self, obs_dim, num_actions, hidden=32):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(obs_dim, hidden), nn.ReLU(), nn.Linear(hidden, num_actions)
        )

    def forward(self, obs):
        return self.layers(obs)
