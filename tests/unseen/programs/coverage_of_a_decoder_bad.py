import torch
from torch import nn


class Step(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.coverage_projection = nn.Linear(1, n)
        self.attention = nn.Linear(n, 1)

    def take_step(self, state, encoder_outputs: torch.Tensor):
        coverage = state.coverage[0]
        encoder_outputs = encoder_outputs + self.coverage_projection(coverage.unsqueeze(-1))
        weights = self.attention(encoder_outputs).squeeze(-1).softmax(-1)
        state.coverage[0] += weights  # expect: AGL102
        return weights
