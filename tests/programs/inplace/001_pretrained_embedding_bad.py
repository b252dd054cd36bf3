import argparse
from collections import OrderedDict

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class Vocabulary:
    def __init__(self, words):
        self.itos = list(words)
        self.stoi = OrderedDict((w, i) for i, w in enumerate(self.itos))

    def __len__(self):
        return len(self.itos)


class BagOfWords(nn.Module):
    def __init__(self, vocab, vectors, dim, n_classes):
        super().__init__()
        self.vocab = vocab
        self.emb = nn.Embedding(len(vocab), dim, padding_idx=0)
        self.load_vectors(vectors)
        self.fc = nn.Linear(dim, n_classes)

    def load_vectors(self, vectors):
        hits = 0
        for word, vec in vectors.items():
            idx = self.vocab.stoi.get(word)
            if idx is None:
                continue
            self.emb.weight[idx] = vec  # expect: AGL101  # raises: a view of a leaf Variable that requires grad
            hits += 1
        print(f"initialised {hits}/{len(self.vocab)} rows")

    def forward(self, tokens):
        mask = (tokens != 0).unsqueeze(-1).float()
        e = self.emb(tokens) * mask
        return self.fc(e.sum(1) / mask.sum(1).clamp(min=1))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--dim", type=int, default=16)
    ap.add_argument("--epochs", type=int, default=2)
    args = ap.parse_args([])

    torch.manual_seed(0)
    vocab = Vocabulary(["<pad>"] + [f"w{i}" for i in range(40)])
    glove = {f"w{i}": torch.randn(args.dim) for i in range(0, 60, 2)}
    model = BagOfWords(vocab, glove, args.dim, 3)
    data = TensorDataset(torch.randint(0, len(vocab), (64, 10)), torch.randint(0, 3, (64,)))
    opt = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(args.epochs):
        total = 0.0
        for tokens, label in DataLoader(data, batch_size=16, shuffle=True):
            opt.zero_grad()
            loss = nn.functional.cross_entropy(model(tokens), label)
            loss.backward()
            opt.step()
            total += loss.item()
        print(epoch, total)


if __name__ == "__main__":
    main()
