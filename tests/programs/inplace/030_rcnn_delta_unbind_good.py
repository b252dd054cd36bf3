import math
import torch
from torch import nn
import torch.nn.functional as F


class BoxCoder:
    """(dx, dy, dw, dh) <-> (x1, y1, x2, y2)"""

    CLIP = math.log(1000.0 / 16)

    def __init__(self, weights=(10.0, 10.0, 5.0, 5.0)):
        self.weights = torch.tensor(weights)

    def decode(self, deltas, boxes):
        widths = boxes[:, 2] - boxes[:, 0]
        heights = boxes[:, 3] - boxes[:, 1]
        ctr_x = boxes[:, 0] + 0.5 * widths
        ctr_y = boxes[:, 1] + 0.5 * heights
        dx, dy, dw, dh = (deltas / self.weights).unbind(-1)
        dw = dw.clamp(max=self.CLIP)
        dh = dh.clamp(max=self.CLIP)
        cx, cy = dx * widths + ctr_x, dy * heights + ctr_y
        w, h = dw.exp() * widths, dh.exp() * heights
        return torch.stack([cx - 0.5 * w, cy - 0.5 * h, cx + 0.5 * w, cy + 0.5 * h], dim=-1)


def giou(a, b):
    lt, rb = torch.max(a[:, :2], b[:, :2]), torch.min(a[:, 2:], b[:, 2:])
    inter = (rb - lt).clamp(min=0).prod(-1)
    area = lambda t: (t[:, 2:] - t[:, :2]).prod(-1)
    union = area(a) + area(b) - inter
    hull = (torch.max(a[:, 2:], b[:, 2:]) - torch.min(a[:, :2], b[:, :2])).prod(-1)
    return inter / union - (hull - union) / hull


class RoIHead(nn.Module):
    def __init__(self, dim=16, n_cls=3):
        super().__init__()
        self.fc = nn.Linear(dim, 32)
        self.cls = nn.Linear(32, n_cls)
        self.reg = nn.Linear(32, 4)
        self.coder = BoxCoder()

    def forward(self, feats, proposals):
        h = F.relu(self.fc(feats))
        return self.cls(h), self.coder.decode(self.reg(h), proposals)


def random_boxes(n):
    xy = torch.rand(n, 2) * 50
    return torch.cat([xy, xy + 5 + torch.rand(n, 2) * 20], dim=1)


if __name__ == "__main__":
    torch.manual_seed(0)
    head = RoIHead()
    opt = torch.optim.SGD(head.parameters(), lr=0.01)
    for it in range(3):
        props = random_boxes(12)
        gt = props + torch.randn_like(props)
        scores, boxes = head(torch.randn(12, 16), props)
        loss = F.cross_entropy(scores, torch.randint(0, 3, (12,))) + (1 - giou(boxes, gt)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(it, loss.item())
