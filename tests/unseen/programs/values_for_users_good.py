# every caller of `generate` is in another file, and under no_grad
# (main.py: `@torch.no_grad() def test(): model = Model().eval(); model.generate(x)`)
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Conv2d(3, 8, 3)

    def generate(self, x):
        score, index = torch.topk(torch.sigmoid(self.backbone(x)).view(1, -1), 5)
        return score[0].cpu().numpy()

    def forward(self, x, target):
        target[:, 0] = 0
        return (self.backbone(x) - target).pow(2).mean()
