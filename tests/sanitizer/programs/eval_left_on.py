"""A validation in each epoch that leaves the model in evaluation mode."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
model.train()


def validate(model):
    model.eval()  # good: model.eval()  # expect: AGL314
    with torch.no_grad():
        accuracy = (model(torch.randn(8, 4)).argmax(1) == 0).float().mean().item()
    return accuracy  # good: model.train(); return accuracy


for _epoch in range(3):
    for _ in range(2):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(torch.randn(6, 4)), torch.randint(0, 2, (6,))).backward()
        optimizer.step()
    print(validate(model))
