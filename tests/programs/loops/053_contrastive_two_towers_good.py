"""CLIP-style contrastive training of two towers, one optimizer per tower."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class ImageTower(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, stride=2)
        self.proj = nn.Linear(8 * 4 * 4, dim)

    def forward(self, img):
        return F.normalize(self.proj(torch.relu(self.conv(img)).flatten(1)), dim=-1)


class TextTower(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.emb = nn.EmbeddingBag(vocab, 24, mode="mean")
        self.proj = nn.Linear(24, dim)

    def forward(self, ids):
        return F.normalize(self.proj(torch.tanh(self.emb(ids))), dim=-1)


class ContrastiveTrainer:
    def __init__(self, dim=16, vocab=50):
        self.towers = {"image": ImageTower(dim), "text": TextTower(vocab, dim)}
        self.optims = {
            "image": torch.optim.Adam(self.towers["image"].parameters(), lr=3e-3),
            "text": torch.optim.SGD(self.towers["text"].parameters(), lr=0.5),
        }
        self.scale = math.exp(2.0)

    def loss(self, img, txt):
        sim = self.scale * self.towers["image"](img) @ self.towers["text"](txt).t()
        target = torch.arange(len(img))
        return 0.5 * (F.cross_entropy(sim, target) + F.cross_entropy(sim.t(), target))

    def reset_gradients(self):
        self.optims["image"].zero_grad()
        self.optims["text"].zero_grad()

    def step(self, img, txt):
        self.reset_gradients()
        loss = self.loss(img, txt)
        loss.backward()
        self.optims["image"].step()
        self.optims["text"].step()
        return loss.item()

    def set_mode(self, training):
        for t in self.towers.values():
            t.train(training)

    @torch.no_grad()
    def recall_at_1(self, img, txt):
        self.set_mode(False)
        sim = self.towers["image"](img) @ self.towers["text"](txt).t()
        return (sim.argmax(1) == torch.arange(len(img))).float().mean().item()


class PairSource:
    def __init__(self, vocab=50):
        self.patterns = torch.randn(vocab, 10, 10)
        self.vocab = vocab

    def draw(self, n):
        words = torch.stack([torch.randperm(self.vocab)[:3] for _ in range(n)])
        img = self.patterns[words].sum(1, keepdim=True) + 0.1 * torch.randn(n, 1, 10, 10)
        return img, words


def main():
    torch.manual_seed(52)
    source, trainer = PairSource(), ContrastiveTrainer()
    val = source.draw(32)
    for it in range(1, 121):
        trainer.set_mode(True)
        loss = trainer.step(*source.draw(32))
        if it % 40 == 0:
            print(f"iter {it}: loss {loss:.4f} R@1 {trainer.recall_at_1(*val):.3f}")


main()
