from torch import nn

from .registry import register


@register("wide")
class WideNet(nn.Sequential):
    def __init__(self, in_dim, num_classes):
        super().__init__(nn.Linear(in_dim, 64), nn.ReLU(), nn.Linear(64, num_classes))


@register("slim")
class SlimNet(nn.Sequential):
    def __init__(self, in_dim, num_classes):
        super().__init__(nn.Linear(in_dim, 8), nn.Tanh(), nn.Linear(8, num_classes))
