from collections import defaultdict

import torch
import torch.nn as nn
import torch.nn.functional as F

TASKS = {"depth": 1, "normal": 3, "edge": 1}


class MultiTaskHead(nn.Module):
    def __init__(self, ch):
        super().__init__()
        self.sizes = list(TASKS.values())
        self.conv = nn.Conv2d(ch, sum(self.sizes), 1)

    def forward(self, feat):
        parts = dict(zip(TASKS, torch.split(self.conv(feat), self.sizes, dim=1)))
        parts["depth"] = parts["depth"].exp()
        parts["normal"] = F.normalize(parts["normal"], dim=1)
        return parts


class DensePredictor(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(True),
            nn.Conv2d(12, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(True))
        self.head = MultiTaskHead(12)

    def forward(self, img):
        return self.head(self.trunk(img))


def task_losses(pred, tgt):
    return {
        "depth": F.l1_loss(pred["depth"], tgt["depth"]),
        "normal": (1 - F.cosine_similarity(pred["normal"], tgt["normal"], dim=1)).mean(),
        "edge": F.binary_cross_entropy_with_logits(pred["edge"], tgt["edge"]),
    }


def fake_batch(n=2, s=12):
    return torch.randn(n, 3, s, s), {
        "depth": torch.rand(n, 1, s, s) * 5,
        "normal": F.normalize(torch.randn(n, 3, s, s), dim=1),
        "edge": (torch.rand(n, 1, s, s) > 0.8).float(),
    }


torch.manual_seed(0)
model = DensePredictor()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
meters = defaultdict(list)
for step in range(3):
    img, tgt = fake_batch()
    losses = task_losses(model(img), tgt)
    total = sum(losses.values())
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    for k, v in losses.items():
        meters[k].append(v.item())
print({k: sum(v) / len(v) for k, v in meters.items()})
