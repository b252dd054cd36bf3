import argparse

import torch
from torch import nn

from charlm.data import Corpus
from charlm.engine import train_epoch
from charlm.model import CharLSTM


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--lr", type=float, default=1e-2)
    return parser.parse_args()


def main():
    args = parse_args()
    torch.manual_seed(1)
    corpus = Corpus()
    model = CharLSTM(len(corpus.vocab))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    criterion = nn.CrossEntropyLoss()
    losses = []
    for epoch in range(args.epochs):
        loss = train_epoch(model, corpus, optimizer, criterion)
        print(f"epoch {epoch} loss {loss:.3f}")
        losses.append(loss)
    assert losses[-1] < losses[0]


if __name__ == "__main__":
    main()
