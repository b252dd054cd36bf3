import torch
from torch import nn
import torch.nn.functional as F


def yolo_boxes(raw, grid, anchors, stride):
    p = raw.sigmoid()
    out = p.clone()
    out[..., :2] = (p[..., :2] * 2 - 0.5 + grid) * stride
    out[..., 2:4] = (p[..., 2:4] * 2).pow(2) * anchors
    return out


class Gate(nn.Module):
    """Top-k gating for a mixture of experts."""

    def __init__(self, d, n_experts, k):
        super().__init__()
        self.proj = nn.Linear(d, n_experts)
        self.k = k

    def forward(self, x):
        w = self.proj(x).softmax(-1)
        kept = w.clone()
        drop = w.topk(w.size(-1) - self.k, dim=-1, largest=False).indices
        kept.scatter_(-1, drop, 0.0)
        return kept / kept.sum(-1, keepdim=True)


class MoEDetector(nn.Module):
    def __init__(self, d=10, n_experts=4, k=2):
        super().__init__()
        self.gate = Gate(d, n_experts, k)
        self.experts = nn.ModuleList(nn.Linear(d, 5) for _ in range(n_experts))

    def forward(self, x):
        g = self.gate(x)
        y = torch.stack([e(x) for e in self.experts], dim=-1)
        return (y * g.unsqueeze(-2)).sum(-1)


def targets(n):
    t = torch.rand(n, 5)
    t[:, :4] *= 16
    return t


torch.manual_seed(0)
model = MoEDetector()
opt = torch.optim.Adam(model.parameters(), lr=1e-3)
grid, anchors = torch.rand(20, 2) * 8, torch.tensor([3.0, 5.0])
for it in range(3):
    pred = yolo_boxes(model(torch.randn(20, 10)), grid, anchors, stride=2)
    loss = F.l1_loss(pred, targets(20))
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(it, loss.item())
