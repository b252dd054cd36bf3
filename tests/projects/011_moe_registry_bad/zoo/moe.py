from torch import nn

from .layers import MixtureLayer
from .registry import register


@register("moe-classifier")
class MoEClassifier(nn.Module):
    def __init__(self, in_dim, dim, num_classes, num_experts=4):
        super().__init__()
        self.stem = nn.Linear(in_dim, dim)
        self.mixture = MixtureLayer(dim, 2 * dim, num_experts)
        self.head = nn.Linear(dim, num_classes)

    def forward(self, x):
        return self.head(self.mixture(self.stem(x)))
