"""Fine-tuning of a backbone with part of its parameters frozen."""
import torch
from torch import nn


class FineTuner:
    def __init__(self, backbone, head, optimizer_class=torch.optim.AdamW, lr=1e-4, patterns=("layer4", "norm")):
        self.model = nn.Sequential(backbone, head)
        self.patterns = patterns
        self.freeze(backbone)
        trainable = self.trainable()
        self.size = self.count(trainable)
        self.optimizer = optimizer_class(trainable, lr=lr)  # expect: AGL310  # raises: empty parameter list

    def freeze(self, backbone):
        for name, parameter in backbone.named_parameters():
            parameter.requires_grad_(any(pattern in name for pattern in self.patterns))

    def trainable(self):
        return filter(lambda p: p.requires_grad, self.model.parameters())

    @staticmethod
    def count(parameters):
        return sum(p.numel() for p in parameters)

    def step(self, x, y):
        loss = nn.functional.cross_entropy(self.model(x), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()
