import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


def mixup(x, y, alpha=0.4):
    lam = torch.from_numpy(np.random.beta(alpha, alpha, size=len(x))).float()
    perm = torch.randperm(len(x))
    lx = lam.view(-1, 1, 1, 1)
    return lx * x + (1 - lx) * x[perm], y, y[perm], lam


def mixup_criterion(criterion, out, ya, yb, lam):
    return lam * criterion(out, ya) + (1 - lam) * criterion(out, yb)


class SmallCNN(nn.Module):
    def __init__(self, num_classes=4):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
        )
        self.classifier = nn.Linear(16, num_classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


def train_one_epoch(model, loader, optimizer, criterion):
    model.train()
    seen = 0
    for x, y in loader:
        x, ya, yb, lam = mixup(x, y)
        optimizer.zero_grad()
        loss = mixup_criterion(criterion, model(x), ya, yb, lam)
        loss.backward()  # expect: AGL203  # raises: grad can be implicitly created only for scalar outputs
        optimizer.step()
        seen += len(y)
    return seen


if __name__ == "__main__":
    torch.manual_seed(0)
    np.random.seed(0)
    data = TensorDataset(torch.randn(48, 3, 16, 16), torch.randint(0, 4, (48,)))
    net = SmallCNN()
    n = train_one_epoch(
        net,
        DataLoader(data, batch_size=12, shuffle=True),
        torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9),
        nn.CrossEntropyLoss(reduction="none"),
    )
    print("trained on", n, "samples")
