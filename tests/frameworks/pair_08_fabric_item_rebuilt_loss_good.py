"""Multi-task detector head with Fabric: three weighted losses."""
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F
from lightning.fabric import Fabric
from torch.utils.data import DataLoader, Dataset


@dataclass
class Weights:
    cls: float = 1.0
    box: float = 5.0
    obj: float = 0.5


class SingleBox(Dataset):
    def __init__(self, n=3000):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        image = 0.1 * torch.randn(3, 32, 32, generator=g)
        present = torch.rand((), generator=g) < 0.8
        label = torch.randint(0, 3, (), generator=g)
        x, y = torch.randint(0, 20, (2,), generator=g).tolist()
        if present:
            image[label, y:y + 12, x:x + 12] += 1.0
        box = torch.tensor([x, y, x + 12, y + 12], dtype=torch.float32) / 32
        return image, label, box, present.float()


class Detector(nn.Module):
    def __init__(self, ch=32):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, ch, 3, 2, 1), nn.ReLU(), nn.Conv2d(ch, ch, 3, 2, 1), nn.ReLU(), nn.Flatten()
        )
        self.cls = nn.Linear(ch * 64, 3)
        self.box = nn.Linear(ch * 64, 4)
        self.obj = nn.Linear(ch * 64, 1)

    def forward(self, x):
        f = self.backbone(x)
        return self.cls(f), self.box(f).sigmoid(), self.obj(f).squeeze(1)


def compute_losses(outputs, label, box, present):
    cls_logits, box_pred, obj_logits = outputs
    n = present.sum().clamp(min=1)
    return {
        "cls": (F.cross_entropy(cls_logits, label, reduction="none") * present).sum() / n,
        "box": (F.l1_loss(box_pred, box, reduction="none").sum(1) * present).sum() / n,
        "obj": F.binary_cross_entropy_with_logits(obj_logits, present),
    }


def main():
    fabric = Fabric(accelerator="auto", devices=1, precision="32-true")
    fabric.launch()
    weights = Weights()

    model = Detector()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    model, optimizer = fabric.setup(model, optimizer)
    loader = fabric.setup_dataloaders(DataLoader(SingleBox(), batch_size=32, shuffle=True))

    for epoch in range(10):
        totals = {"cls": 0.0, "box": 0.0, "obj": 0.0}
        for image, label, box, present in loader:
            optimizer.zero_grad()
            losses = compute_losses(model(image), label, box, present)
            loss = sum(getattr(weights, k) * v for k, v in losses.items())
            fabric.backward(loss)
            optimizer.step()
            for k, v in losses.items():
                totals[k] += v.item()
        fabric.print(epoch, {k: round(v / len(loader), 4) for k, v in totals.items()})


if __name__ == "__main__":
    main()
