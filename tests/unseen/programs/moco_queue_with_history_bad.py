"""Momentum contrast around an arbitrary pair of encoders."""
import torch
from torch import nn
import torch.nn.functional as F


class KeyQueue(nn.Module):
    def __init__(self, dim, size):
        super().__init__()
        self.register_buffer("keys", F.normalize(torch.randn(size, dim), dim=1))

    def push(self, keys):
        self.keys = torch.cat([keys, self.keys])[: len(self.keys)]

    def forward(self, queries):
        return queries @ self.keys.t()


class Contrast(nn.Module):
    def __init__(self, query_encoder, key_encoder, dim, size=256, temperature=0.07):
        super().__init__()
        self.query_encoder = query_encoder
        self.key_encoder = key_encoder
        self.queue = KeyQueue(dim, size)
        self.temperature = temperature

    def forward(self, first, second):
        queries = F.normalize(self.query_encoder(first), dim=1)
        keys = F.normalize(self.key_encoder(second), dim=1)
        positive = (queries * keys).sum(1, keepdim=True)
        logits = torch.cat([positive, self.queue(queries)], dim=1) / self.temperature
        self.queue.push(keys)
        return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


def pretrain(query_encoder, key_encoder, dim, loader, augment, optimizer_class=torch.optim.SGD, lr=0.03):
    model = Contrast(query_encoder, key_encoder, dim)
    optimizer = optimizer_class(model.parameters(), lr=lr)
    for images in loader:
        loss = model(augment(images), augment(images))
        optimizer.zero_grad()
        loss.backward()  # expect: AGL202  # raises: backward through the graph a second time
        optimizer.step()
    return model
