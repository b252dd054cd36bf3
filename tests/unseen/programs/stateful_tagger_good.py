"""A tagger over streams that keeps its state between calls, and its own fitting loop."""
import torch
from torch import nn


class StreamTagger(nn.Module):
    def __init__(self, vocabulary, width, tags, cell=nn.GRU):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.rnn = cell(width, width, batch_first=True)
        self.out = nn.Linear(width, tags)
        self.memory = None

    def reset(self):
        self.memory = None

    def encode(self, tokens):
        states, last = self.rnn(self.embed(tokens), self.memory)
        self.memory = last.detach()
        return states

    def forward(self, tokens):
        return self.out(self.encode(tokens))


class StreamFitter:
    def __init__(self, tagger, optimizer, ignore_index=-100):
        self.tagger = tagger
        self.optimizer = optimizer
        self.criterion = nn.CrossEntropyLoss(ignore_index=ignore_index)

    def chunk(self, tokens, tags):
        scores = self.tagger(tokens)
        loss = self.criterion(scores.flatten(0, 1), tags.flatten())
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def stream(self, chunks):
        self.tagger.reset()
        return [self.chunk(tokens, tags) for tokens, tags in chunks]


def build(vocabulary, tags, width=32, lr=1e-3):
    tagger = StreamTagger(vocabulary, width, tags)
    return StreamFitter(tagger, torch.optim.Adam(tagger.parameters(), lr=lr))
