"""A language model keeps its LSTM state from batch to batch, with its graph."""

import torch
from torch import nn


class LanguageModel(nn.Module):
    def __init__(self, words=12, width=8):
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.out = nn.Linear(width, words)

    def forward(self, tokens, state):
        h, state = self.lstm(self.embed(tokens), state)
        return self.out(h), state


def train(model, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    state = None
    for tokens in batches:
        optimizer.zero_grad()
        logits, state = model(tokens[:, :-1], state)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        loss.backward()  # good: loss.backward(); state = tuple(s.detach() for s in state)  # expect: AGL202  # raises: backward through the graph a second time
        nn.utils.clip_grad_norm_(model.parameters(), 0.25)
        optimizer.step()


torch.manual_seed(0)
train(LanguageModel(), [torch.randint(0, 12, (2, 7)) for _ in range(3)])
