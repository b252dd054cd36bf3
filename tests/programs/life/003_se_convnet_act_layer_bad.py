"""A tiny squeeze-and-excite convnet in the manner of the usual model libraries."""
from functools import partial
from typing import Callable, Optional

import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBnAct(nn.Module):
    def __init__(self, in_chs: int, out_chs: int, kernel_size: int = 3, stride: int = 1,
                 act_layer: Optional[Callable] = nn.ReLU, norm_layer: Callable = nn.BatchNorm2d):
        super().__init__()
        self.conv = nn.Conv2d(in_chs, out_chs, kernel_size, stride, kernel_size // 2, bias=False)
        self.bn = norm_layer(out_chs)
        self.act = act_layer(inplace=True) if act_layer is not None else nn.Identity()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class SqueezeExcite(nn.Module):
    """Channel gate in [0, 1): tanh squashes, the rectifier drops the negative half."""

    def __init__(self, chs: int, rd_ratio: float = 0.25, act_layer: Callable = nn.ReLU,
                 gate_layer: Callable = nn.Tanh):
        super().__init__()
        rd_chs = max(4, int(chs * rd_ratio))
        self.conv_reduce = nn.Conv2d(chs, rd_chs, 1)
        self.act1 = act_layer(inplace=True)
        self.conv_expand = nn.Conv2d(rd_chs, chs, 1)
        self.gate = gate_layer()
        self.act2 = act_layer(inplace=True)

    def forward(self, x):
        s = x.mean((2, 3), keepdim=True)
        s = self.act1(self.conv_reduce(s))
        s = self.gate(self.conv_expand(s))
        s = self.act2(s)  # expect: AGL102
        return x * s


class ResidualBlock(nn.Module):
    def __init__(self, chs: int, act_layer: Callable = nn.ReLU, se_layer: Optional[Callable] = None):
        super().__init__()
        self.conv1 = ConvBnAct(chs, chs, act_layer=act_layer)
        self.conv2 = ConvBnAct(chs, chs, act_layer=None)
        self.se = se_layer(chs, act_layer=act_layer) if se_layer is not None else nn.Identity()
        self.act = act_layer(inplace=True)

    def forward(self, x):
        y = self.se(self.conv2(self.conv1(x)))
        return self.act(y + x)


class TinySENet(nn.Module):
    def __init__(self, num_classes: int = 10, width: int = 16, depth: int = 2, act_layer: Callable = nn.ReLU):
        super().__init__()
        self.stem = ConvBnAct(3, width, stride=2, act_layer=act_layer)
        block = partial(ResidualBlock, act_layer=act_layer, se_layer=SqueezeExcite)
        self.blocks = nn.Sequential(*[block(width) for _ in range(depth)])
        self.head = nn.Linear(width, num_classes)

    def forward_features(self, x):
        return self.blocks(self.stem(x))

    def forward(self, x):
        return self.head(self.forward_features(x).mean((2, 3)))


def train_one_epoch(model, loader, optimizer):
    model.train()
    total, seen = 0.0, 0
    for images, targets in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(images), targets)
        loss.backward()  # raises: modified by an inplace operation
        optimizer.step()
        total += loss.item() * len(targets)
        seen += len(targets)
    return total / seen


if __name__ == "__main__":
    torch.manual_seed(42)
    batches = [(torch.randn(8, 3, 24, 24), torch.randint(0, 10, (8,))) for _ in range(4)]
    net = TinySENet()
    sgd = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    for epoch in range(2):
        print("epoch", epoch, "train loss %.3f" % train_one_epoch(net, batches, sgd))
