#!/usr/bin/env python
"""Bag-of-words sentiment toy, command-line style."""
import argparse
import logging
import random
import sys

import torch
from torch import nn

log = logging.getLogger("bow")

POSITIVE = "great lovely superb happy bright warm".split()
NEGATIVE = "awful dull broken sad grim cold".split()
NEUTRAL = "the a film plot scene actor was and it".split()


def parse_args(argv):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--batch-size", type=int, default=16)
    p.add_argument("--lr", type=float, default=0.5)
    p.add_argument("--embed-dim", type=int, default=12)
    p.add_argument("--n-docs", type=int, default=160)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("-v", "--verbose", action="store_true")
    return p.parse_args(argv)


def make_corpus(n, rng):
    docs = []
    for _ in range(n):
        label = rng.randint(0, 1)
        strong = rng.choices(POSITIVE if label else NEGATIVE, k=rng.randint(1, 3))
        words = strong + rng.choices(NEUTRAL, k=rng.randint(3, 7))
        rng.shuffle(words)
        docs.append((words, label))
    return docs


def encode(docs, vocab):
    flat, offsets, labels = [], [], []
    for words, label in docs:
        offsets.append(len(flat))
        flat.extend(vocab[w] for w in words)
        labels.append(label)
    return torch.tensor(flat), torch.tensor(offsets), torch.tensor(labels)


class BowClassifier(nn.Module):
    def __init__(self, vocab_size, dim):
        super().__init__()
        self.bag = nn.EmbeddingBag(vocab_size, dim, mode="mean")
        self.out = nn.Linear(dim, 2)

    def forward(self, flat, offsets):
        return self.out(self.bag(flat, offsets))


def main(argv=None):
    args = parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if args.verbose else logging.INFO, stream=sys.stdout, format="%(message)s")
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)

    vocab = {w: i for i, w in enumerate(POSITIVE + NEGATIVE + NEUTRAL)}
    docs = make_corpus(args.n_docs, rng)
    model = BowClassifier(len(vocab), args.embed_dim)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr)
    initial = model.out.weight.detach().clone()

    for epoch in range(args.epochs):
        rng.shuffle(docs)
        correct = 0
        for i in range(0, len(docs), args.batch_size):
            flat, offsets, labels = encode(docs[i:i + args.batch_size], vocab)
            logits = model(flat, offsets)
            loss = criterion(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            correct += (logits.argmax(1) == labels).sum().item()
            log.debug("epoch %d batch %d loss %.4f", epoch, i // args.batch_size, loss.item())
        log.info("epoch %d: train accuracy %.3f", epoch, correct / len(docs))

    assert not torch.equal(initial, model.out.weight)
    return 0


if __name__ == "__main__":
    sys.exit(main())
