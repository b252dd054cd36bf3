from typing import Type

import torch
import torch.nn.functional as F
from torch import nn


def conv3x3(i, o, stride=1):
    return nn.Conv2d(i, o, 3, stride, 1, bias=False)


class PreActBlock(nn.Module):
    def __init__(self, in_ch: int, out_ch: int, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_ch)
        self.conv1 = conv3x3(in_ch, out_ch, stride)
        self.bn2 = nn.BatchNorm2d(out_ch)
        self.conv2 = conv3x3(out_ch, out_ch)
        self.bn3 = nn.BatchNorm2d(out_ch)
        self.shortcut = nn.Identity()
        if stride != 1 or in_ch != out_ch:
            self.shortcut = nn.Conv2d(in_ch, out_ch, 1, stride)

    def branch(self, x: torch.Tensor) -> torch.Tensor:
        out = self.conv1(F.relu(self.bn1(x)))
        out = self.conv2(F.relu(self.bn2(out)))
        return F.relu(self.bn3(out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.branch(x)
        out += self.shortcut(x)  # expect: AGL102
        return out


class ResNet(nn.Module):
    def __init__(self, block: Type[nn.Module], widths=(8, 8, 16), n_classes: int = 4) -> None:
        super().__init__()
        self.stem = conv3x3(3, widths[0])
        self.blocks = nn.Sequential(*[
            block(a, b, stride=1 + (a != b)) for a, b in zip(widths[:-1], widths[1:])])
        self.fc = nn.Linear(widths[-1], n_classes)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Trainer:
    def __init__(self, model: nn.Module, lr: float = 0.1):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9, nesterov=True)
        self.scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=10)

    def training_step(self, batch):
        x, y = batch
        return F.cross_entropy(self.model(x), y)

    def fit(self, batches):
        for i, batch in enumerate(batches):
            loss = self.training_step(batch)
            self.optimizer.zero_grad()
            loss.backward()  # raises: modified by an inplace operation
            self.optimizer.step()
            self.scheduler.step()
            print(i, loss.item())


if __name__ == "__main__":
    torch.manual_seed(0)
    Trainer(ResNet(PreActBlock)).fit(
        [(torch.randn(4, 3, 8, 8), torch.randint(0, 4, (4,))) for _ in range(3)])
