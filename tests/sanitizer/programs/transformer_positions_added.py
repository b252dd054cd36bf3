"""Position embeddings are added in place to the output of a layer norm that saved nothing of it; the GELU did."""

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.act = nn.Sigmoid()

    def forward(self, x, scale):
        h = self.act(self.up(self.norm(x)))
        h.mul_(scale)  # good: h = h * scale  # expect: AGL102
        return x + self.down(h)


class Model(nn.Module):
    def __init__(self, words=9, width=6, depth=2):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.head = nn.Linear(width, words)
        self.scale = 0.5

    def forward(self, tokens):
        x = self.embed(tokens)
        for block in self.blocks:
            x = block(x, self.scale)
        return self.head(x)


torch.manual_seed(0)
model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
tokens = torch.randint(0, 9, (3, 6))
for _ in range(2):
    loss = nn.functional.cross_entropy(model(tokens[:, :-1]).transpose(1, 2), tokens[:, 1:])
    optimizer.zero_grad()
    loss.backward()  # raises: modified by an inplace operation
    optimizer.step()
