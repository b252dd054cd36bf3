"""A siamese pair whose stem's output is normalized in place by the first stream."""

import torch
from torch import nn
from dataclasses import dataclass


@dataclass
class Batch:
    left: torch.Tensor
    right: torch.Tensor


class Stream(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Linear(5, 5)
        self.proj = nn.Linear(5, 3)

    def forward(self, x):
        h = torch.sigmoid(self.stem(x))
        h -= h.mean(0)  # good: h = h - h.mean(0)  # expect: AGL102
        return self.proj(h)


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.stream = Stream()

    def forward(self, batch):
        return nn.functional.cosine_similarity(self.stream(batch.left), self.stream(batch.right))


torch.manual_seed(0)
net = Siamese()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
for _ in range(2):
    batch = Batch(torch.randn(4, 5), torch.randn(4, 5))
    loss = (1 - net(batch)).mean()
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
