import torch
from torch import nn
class ARDLinear(nn.Linear):
    def __init__(self, i, o):
        super().__init__(i, o)
        self.kl = None
        self.log_alpha = nn.Parameter(torch.zeros(o, i))
    def forward(self, x):
        self.kl = nn.functional.softplus(-self.log_alpha).sum()
        return nn.functional.linear(x, self.weight * self.log_alpha.sigmoid(), self.bias)
def total_kl(model):
    return sum(m.kl for m in model.modules() if isinstance(m, ARDLinear))
class Trainer:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer
    def step(self, x, y, beta):
        loss = nn.functional.mse_loss(self.model(x), y) + beta * total_kl(self.model)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()
