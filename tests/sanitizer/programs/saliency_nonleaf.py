"""Grad-CAM reads the gradient of an activation that nobody has kept."""

import torch
from torch import nn


class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1))
        self.head = nn.Linear(4, 3)

    def forward(self, x):
        self.maps = self.features(x)
        return self.head(self.maps.relu().mean((2, 3)))


torch.manual_seed(0)
model = CNN()
image = torch.rand(1, 1, 6, 6)
logits = model(image)
logits[0, logits.argmax()].backward()  # good: model.maps.retain_grad(); logits[0, logits.argmax()].backward()
weights = model.maps.grad.mean((2, 3), keepdim=True)  # good: weights = model.maps.grad.mean((2, 3), keepdim=True)  # expect: AGL403  # raises: 'NoneType' object has no attribute
cam = (weights * model.maps).sum(1).relu()
print(cam.shape)
