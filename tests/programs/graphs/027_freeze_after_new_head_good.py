import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class TinyResNet(nn.Module):
    def __init__(self, num_classes=100):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.block = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, num_classes)

    def forward(self, x):
        h = self.stem(x)
        h = torch.relu(h + self.block(h))
        return self.fc(self.pool(h).flatten(1))


def freeze(module):
    for p in module.parameters():
        p.requires_grad = False


def build_model(num_classes):
    model = TinyResNet()
    # pretend that weights are loaded here
    freeze(model)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def train_epoch(model, loader, criterion, optimizer):
    total, correct = 0, 0
    for inputs, labels in loader:
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        correct += (outputs.argmax(1) == labels).sum().item()
        total += len(labels)
    return correct / total


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--classes", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=2)
    args = parser.parse_args()
    torch.manual_seed(0)
    ds = TensorDataset(torch.randn(40, 3, 8, 8), torch.randint(0, args.classes, (40,)))
    model = build_model(args.classes)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    for epoch in range(args.epochs):
        acc = train_epoch(model, DataLoader(ds, 10, shuffle=True), nn.CrossEntropyLoss(), optimizer)
        print(f"epoch {epoch} acc {acc:.2f}")


if __name__ == "__main__":
    main()
