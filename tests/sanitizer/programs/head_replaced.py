"""The head of a pretrained network is replaced after its optimizer was made."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.body, self.head = nn.Linear(4, 8), nn.Linear(8, classes)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


def adapt(model, classes):
    model.head = nn.Linear(8, classes)  # good: model.head = nn.Linear(8, classes)  # expect: AGL310
    return model


torch.manual_seed(0)
model = Net(10)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
model = adapt(model, 3)  # good: model = adapt(model, 3); optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for _ in range(3):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(torch.randn(5, 4)), torch.randint(0, 3, (5,))).backward()
    optimizer.step()
