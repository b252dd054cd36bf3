"""A contrastive queue is enqueued into before the loss that reads it goes backward."""

import torch
from torch import nn
import torch.nn.functional as F


class MoCo(nn.Module):
    def __init__(self, width=8, size=16):
        super().__init__()
        self.encoder = nn.Linear(6, width)
        self.register_buffer("queue", F.normalize(torch.randn(size, width), dim=1))
        self.pointer = 0

    @torch.no_grad()
    def enqueue(self, keys):
        n = len(keys)
        self.queue[self.pointer : self.pointer + n] = keys  # good: self.queue = torch.cat([self.queue[n:], keys])  # expect: AGL102
        self.pointer = (self.pointer + n) % len(self.queue)

    def forward(self, a, b):
        q = F.normalize(self.encoder(a), dim=1)
        with torch.no_grad():
            k = F.normalize(self.encoder(b), dim=1)
        logits = torch.cat([(q * k).sum(1, keepdim=True), q @ self.queue.T], dim=1) / 0.2
        self.enqueue(k)
        return F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))


torch.manual_seed(0)
model = MoCo()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(2):
    x = torch.randn(4, 6)
    loss = model(x, x + 0.1 * torch.randn_like(x))
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
