from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def optimizing(optimizer, max_norm=None):
    optimizer.zero_grad()
    yield
    if max_norm is not None:
        for group in optimizer.param_groups:
            nn.utils.clip_grad_norm_(group["params"], max_norm)
    optimizer.step()


@contextmanager
def evaluating(model):
    mode = model.training
    model.eval()
    with torch.no_grad():
        yield model
    model.train(mode)


class WordModel(nn.Module):
    def __init__(self, vocab=20, dim=10, context=3):
        super().__init__()
        self.emb = nn.Embedding(vocab, dim)
        self.out = nn.Sequential(nn.Flatten(), nn.Linear(dim * context, 32), nn.Tanh(), nn.Dropout(0.1), nn.Linear(32, vocab))

    def forward(self, ctx):
        return self.out(self.emb(ctx))


def ngrams(stream, n=3):
    ctx = stream.unfold(0, n, 1)[:-1]
    return ctx, stream[n:]


def main():
    torch.manual_seed(0)
    stream = (torch.arange(200) * 7 % 20)
    ctx, nxt = ngrams(stream)
    model = WordModel()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adagrad(model.parameters(), lr=0.05)
    for epoch in range(4):
        for idx in torch.randperm(len(nxt)).split(50):
            with optimizing(optimizer, max_norm=5.0):
                loss = criterion(model(ctx[idx]), nxt[idx])
                loss.backward()
        with evaluating(model) as m:
            acc = (m(ctx).argmax(1) == nxt).float().mean().item()
        print(f"epoch {epoch} loss {loss.item():.3f} acc {acc:.2f}")


main()
