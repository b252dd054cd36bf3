"""A trainer that wraps errors of its step in one of its own."""

import torch
from torch import nn


class StepFailed(Exception):
    pass


class Trainer:
    def __init__(self):
        self.model = nn.Sequential(nn.Linear(3, 4), nn.Softmax(-1))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1)

    def loss(self, x):
        p = self.model(x)
        p[p < 0.1] = 0.0  # good: p = p.masked_fill(p < 0.1, 0.0)  # expect: AGL102
        return p.square().sum()

    def step(self, x):
        try:
            self.optimizer.zero_grad()
            self.loss(x).backward()
            self.optimizer.step()
        except RuntimeError as error:
            raise StepFailed("step 0") from error  # raises: step 0


torch.manual_seed(0)
trainer = Trainer()
trainer.step(torch.randn(5, 3))
