import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset


class SmallNet(nn.Module):
    def __init__(self, n_classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 3, padding=1)
        self.conv2 = nn.Conv2d(12, 24, 3, padding=1)
        self.fc = nn.Linear(24, n_classes)

    def features(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.relu(self.conv2(x))
        return x.mean(dim=(2, 3))

    def forward(self, x):
        return self.fc(self.features(x))


def tinted(n, classes):
    y = torch.randint(0, classes, (n,))
    palette = torch.rand(classes, 3, 1, 1)
    x = palette[y] + 0.4 * torch.randn(n, 3, 12, 12)
    return DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)


class Finetuner:
    """Pretrain on a source task, then move to a target task with another label set."""

    def __init__(self, lr=5e-3):
        self.net = SmallNet(n_classes=6)
        self.lr = lr
        self.setup_optimizer()

    def setup_optimizer(self):
        self.optimizer = torch.optim.Adam([
            {"params": [*self.net.conv1.parameters(), *self.net.conv2.parameters()], "lr": self.lr * 0.5},
            {"params": self.net.fc.parameters()},
        ], lr=self.lr)

    def switch_task(self, n_classes):
        self.net.fc = nn.Linear(self.net.fc.in_features, n_classes)  # expect: AGL310
        nn.init.zeros_(self.net.fc.bias)

    def epoch(self, loader):
        self.net.train()
        losses = []
        for x, y in loader:
            loss = F.cross_entropy(self.net(x), y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
        return sum(losses) / len(losses)

    def accuracy(self, loader):
        self.net.eval()
        hits = total = 0
        with torch.no_grad():
            for x, y in loader:
                hits += (self.net(x).argmax(1) == y).sum().item()
                total += y.numel()
        return hits / total


def main():
    torch.manual_seed(48)
    source, target = tinted(320, 6), tinted(192, 3)
    ft = Finetuner()
    for e in range(3):
        print(f"source epoch {e}: loss {ft.epoch(source):.4f}")
    ft.switch_task(3)
    for e in range(4):
        loss = ft.epoch(target)
        print(f"target epoch {e}: loss {loss:.4f} acc {ft.accuracy(target):.3f}")


if __name__ == "__main__":
    main()
