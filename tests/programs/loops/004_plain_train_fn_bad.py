"""Small CNN on synthetic 12x12 images."""
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split


class Net(nn.Module):
    def __init__(self, num_classes=4):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc = nn.Linear(16 * 3 * 3, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(torch.flatten(x, 1))


def synthetic_images(n=160):
    gen = torch.Generator().manual_seed(42)
    labels = torch.randint(0, 4, (n,), generator=gen)
    images = 0.3 * torch.randn(n, 1, 12, 12, generator=gen)
    for img, lab in zip(images, labels):
        r, c = divmod(int(lab), 2)
        img[0, r * 6:(r + 1) * 6, c * 6:(c + 1) * 6] += 1.0
    return TensorDataset(images, labels)


def train(model, loader, optimizer, criterion, epoch):
    model.train()
    total_loss = 0.0
    for batch_idx, (data, target) in enumerate(loader):
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.zero_grad()  # expect: AGL302
        optimizer.step()
        total_loss += loss.item()
        if batch_idx % 4 == 0:
            print(f"epoch {epoch} [{batch_idx}/{len(loader)}] loss {loss.item():.4f}")
    return total_loss / len(loader)


@torch.no_grad()
def test(model, loader, criterion):
    model.eval()
    correct, loss_sum = 0, 0.0
    for data, target in loader:
        output = model(data)
        loss_sum += criterion(output, target).item() * len(data)
        correct += (output.argmax(1) == target).sum().item()
    n = len(loader.dataset)
    return loss_sum / n, correct / n


def main():
    torch.manual_seed(1)
    train_set, test_set = random_split(synthetic_images(), [128, 32])
    train_loader = DataLoader(train_set, batch_size=16, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=32)

    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    criterion = nn.CrossEntropyLoss()
    start_state = {k: v.clone() for k, v in model.state_dict().items()}

    t0 = time.perf_counter()
    for epoch in range(1, 4):
        train(model, train_loader, optimizer, criterion, epoch)
        loss, acc = test(model, test_loader, criterion)
        print(f"== epoch {epoch}: test loss {loss:.4f}, accuracy {acc:.2%}")
    print(f"took {time.perf_counter() - t0:.2f}s")

    moved = any(not torch.equal(v, start_state[k]) for k, v in model.state_dict().items())
    assert not moved


if __name__ == "__main__":
    main()
