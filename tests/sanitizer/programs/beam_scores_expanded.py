"""Scores of a beam are expanded over the vocabulary, and penalties are added in place."""

import torch
from torch import nn

torch.manual_seed(0)
decoder = nn.Linear(5, 7)


def step(hidden, scores, banned):
    logp = decoder(hidden).log_softmax(-1)
    wide = scores.unsqueeze(-1).expand(-1, 7)
    wide.sub_(banned * 1e3)  # good: wide = wide - banned * 1e3  # expect: AGL105  # raises: a single memory location
    return (wide + logp).max(-1)


hidden, scores = torch.randn(3, 5), torch.zeros(3)
for banned in torch.eye(7)[:2]:
    scores, tokens = step(hidden, scores, banned)
print(tokens.tolist())
