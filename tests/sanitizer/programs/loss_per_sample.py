"""A loss with reduction="none" that nobody has reduced."""

import torch
from torch import nn


class Trainer:
    def __init__(self, model):
        self.model = model
        self.criterion = nn.CrossEntropyLoss(reduction="none")
        self.optimizer = torch.optim.AdamW(model.parameters())

    def step(self, x, y, weight):
        loss = self.criterion(self.model(x), y) * weight  # good: loss = (self.criterion(self.model(x), y) * weight).mean()
        self.optimizer.zero_grad()
        loss.backward()  # expect: AGL203  # raises: grad can be implicitly created only for scalar outputs
        self.optimizer.step()


torch.manual_seed(0)
trainer = Trainer(nn.Linear(4, 3))
for _ in range(2):
    trainer.step(torch.randn(6, 4), torch.randint(0, 3, (6,)), torch.rand(6))
