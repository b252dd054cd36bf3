"""A prefetcher in a thread prepares batches, and normalizes the one that is in use."""

import queue
import threading

import torch
from torch import nn


class Prefetcher:
    def __init__(self, batches):
        self.queue = queue.Queue(maxsize=2)
        self.thread = threading.Thread(target=self.fill, args=(batches,), daemon=True)
        self.thread.start()

    def fill(self, batches):
        for batch in batches:
            self.queue.put(batch.sub(batch.mean()))
        self.queue.put(None)

    def __iter__(self):
        while (batch := self.queue.get()) is not None:
            yield batch


torch.manual_seed(0)
weight = nn.Parameter(torch.randn(3, 2))
optimizer = torch.optim.SGD([weight], lr=0.1)
for x in Prefetcher([torch.randn(4, 3) for _ in range(3)]):
    h = x @ weight
    x.mul_(0.5)  # good: x = x * 0.5  # expect: AGL102
    loss = (h - x[:, :2]).square().mean()
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
