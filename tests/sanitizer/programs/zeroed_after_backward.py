"""A trainer whose zeroing slipped between backward and step."""

import torch
from torch import nn


class Trainer:
    def __init__(self, model, lr=0.1):
        self.model, self.optimizer = model, torch.optim.SGD(model.parameters(), lr=lr)

    def step(self, x, y):
        loss = nn.functional.mse_loss(self.model(x), y)
        loss.backward()
        self.optimizer.zero_grad()  # good: pass  # expect: AGL302
        self.optimizer.step()  # good: self.optimizer.step(); self.optimizer.zero_grad()
        return loss.item()


torch.manual_seed(0)
trainer = Trainer(nn.Linear(3, 1))
for _ in range(4):
    trainer.step(torch.randn(6, 3), torch.randn(6, 1))
