"""Fine-tune a pretrained text encoder on a new label set: frozen body, fresh head."""
import argparse
from typing import Iterable

import torch
import torch.nn as nn


class MeanPool(nn.Module):
    def forward(self, h, mask):
        m = mask.unsqueeze(-1).to(h.dtype)
        return (h * m).sum(1) / m.sum(1).clamp(min=1)


class TextClassifier(nn.Module):
    def __init__(self, vocab: int, dim: int, n_heads: int, n_layers: int, n_labels: int):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=0)
        layer = nn.TransformerEncoderLayer(dim, n_heads, 2 * dim, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, n_layers, enable_nested_tensor=False)
        self.pool = MeanPool()
        self.head = nn.Linear(dim, n_labels)

    def forward(self, tokens):
        mask = tokens != 0
        h = self.encoder(self.embed(tokens), src_key_padding_mask=~mask)
        return self.head(self.pool(h, mask))


def set_trainable(modules: Iterable[nn.Module], flag: bool) -> None:
    for m in modules:
        for p in m.parameters():
            p.requires_grad_(flag)


def pretrained() -> TextClassifier:
    """Stands in for a checkpoint download."""
    model = TextClassifier(vocab=60, dim=32, n_heads=4, n_layers=2, n_labels=20)
    model.load_state_dict(model.state_dict())
    return model


def adapt(model: TextClassifier, n_labels: int) -> TextClassifier:
    model.head = nn.Linear(model.head.in_features, n_labels)
    set_trainable(model.children(), False)
    return model


def toy_corpus(n, length):
    x = torch.randint(1, 60, (n, length))
    lens = torch.randint(4, length + 1, (n, 1))
    x[torch.arange(length)[None] >= lens] = 0
    return x, (x == 7).any(1).long()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--epochs", type=int, default=3)
    p.add_argument("--lr", type=float, default=1e-2)
    p.add_argument("--labels", type=int, default=2)
    a = p.parse_args()

    torch.manual_seed(6)
    model = adapt(pretrained(), a.labels)
    x, y = toy_corpus(128, 12)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=a.lr)
    loss_fn = nn.CrossEntropyLoss()
    for epoch in range(a.epochs):
        model.train()
        correct = 0
        for xb, yb in zip(x.split(32), y.split(32)):
            out = model(xb)
            loss = loss_fn(out, yb)
            optimizer.zero_grad()
            loss.backward()  # expect: AGL204  # raises: does not require grad and does not have a grad_fn
            optimizer.step()
            correct += (out.argmax(1) == yb).sum().item()
        print(f"epoch {epoch}: acc {correct / len(x):.3f}")


if __name__ == "__main__":
    main()
