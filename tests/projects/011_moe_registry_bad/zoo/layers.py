import torch
from torch import nn


class Expert(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.up = nn.Linear(dim, hidden)
        self.down = nn.Linear(hidden, dim)

    def forward(self, x):
        return self.down(torch.relu(self.up(x)))


class MixtureLayer(nn.Module):
    """Softly gated mixture of small experts."""

    def __init__(self, dim, hidden, num_experts):
        super().__init__()
        self.gate = nn.Linear(dim, num_experts)
        self.experts = [Expert(dim, hidden) for _ in range(num_experts)]  # expect: AGL411

    def forward(self, x):
        weights = self.gate(x).softmax(dim=-1)
        outs = torch.stack([expert(x) for expert in self.experts], dim=-1)
        return x + (outs * weights.unsqueeze(-2)).sum(dim=-1)
