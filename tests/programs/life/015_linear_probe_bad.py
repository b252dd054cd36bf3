"""Linear probing: embed every split once with a frozen backbone, then train a head on it."""
from dataclasses import dataclass
from typing import Dict, Iterator, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class FeatureSet:
    x: torch.Tensor
    y: torch.Tensor

    def batches(self, size: int) -> Iterator[Tuple[torch.Tensor, torch.Tensor]]:
        for lo in range(0, len(self.y), size):
            yield self.x[lo:lo + size], self.y[lo:lo + size]


class Backbone(nn.Module):
    def __init__(self, dim: int):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(8, dim, 3, stride=2, padding=1), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        )

    def forward(self, img):
        return self.conv(img)


class Embedder:
    def __init__(self, backbone: nn.Module):
        self.backbone = backbone.eval()

    @torch.inference_mode()
    def __call__(self, images: torch.Tensor, labels: torch.Tensor, bs: int = 64) -> FeatureSet:
        feats = [self.backbone(chunk) for chunk in images.split(bs)]
        return FeatureSet(F.normalize(torch.cat(feats), dim=1), labels)


class Probe:
    def __init__(self, dim: int, n_classes: int, lr: float):
        self.head = nn.Linear(dim, n_classes)
        self.optim = torch.optim.SGD(self.head.parameters(), lr=lr, momentum=0.9)

    def train_epoch(self, data: FeatureSet) -> float:
        running = 0.0
        for feats, labels in data.batches(32):
            logits = self.head(feats)  # expect: AGL108  # raises: Inference tensors cannot be saved for backward
            loss = F.cross_entropy(logits, labels)
            self.optim.zero_grad()
            loss.backward()
            self.optim.step()
            running += loss.item() * len(labels)
        return running / len(data.y)

    @torch.no_grad()
    def accuracy(self, data: FeatureSet) -> float:
        return (self.head(data.x).argmax(1) == data.y).float().mean().item()


def stripes(n: int, g: torch.Generator):
    y = torch.randint(0, 2, (n,), generator=g)
    img = torch.randn(n, 1, 16, 16, generator=g) * 0.3
    ramp = torch.arange(16).float().mul(1.5).sin()
    img[y == 0] += ramp.view(1, 1, 1, 16)
    img[y == 1] += ramp.view(1, 1, 16, 1)
    return img, y


def main():
    torch.manual_seed(0)
    g = torch.Generator().manual_seed(1)
    embed = Embedder(Backbone(dim=32))
    sets: Dict[str, FeatureSet] = {
        "train": embed(*stripes(256, g)),
        "test": embed(*stripes(128, g)),
    }
    probe = Probe(32, 2, lr=0.5)
    for epoch in range(5):
        loss = probe.train_epoch(sets["train"])
        print(f"epoch {epoch}: loss {loss:.3f} test acc {probe.accuracy(sets['test']):.3f}")


if __name__ == "__main__":
    main()
