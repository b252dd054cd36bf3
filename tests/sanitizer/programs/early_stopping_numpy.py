"""Early stopping that keeps its losses in numpy."""

import numpy as np
import torch
from torch import nn


class EarlyStopping:
    def __init__(self, patience=2):
        self.best, self.bad, self.patience = np.inf, 0, patience

    def __call__(self, loss):
        value = loss.numpy()  # good: value = loss.detach().numpy()  # expect: AGL408  # raises: Can't call numpy() on Tensor that requires grad
        self.bad = 0 if value < self.best else self.bad + 1
        self.best = min(self.best, float(value))
        return self.bad > self.patience


torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
stopping = EarlyStopping()
for _ in range(5):
    loss = model(torch.randn(8, 3)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if stopping(loss):
        break
