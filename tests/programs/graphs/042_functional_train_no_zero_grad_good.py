import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


def make_model(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(7, 20), nn.ReLU(), nn.Linear(20, 3))


def train(model, loader, optimizer, criterion, scheduler=None):
    model.train()
    total_loss, n = 0.0, 0
    for inputs, targets in loader:
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(targets)
        n += len(targets)
    if scheduler is not None:
        scheduler.step()
    return total_loss / n


@torch.no_grad()
def accuracy(model, loader):
    model.eval()
    hits = [(model(x).argmax(1) == y).float().mean() for x, y in loader]
    return torch.stack(hits).mean().item()


def gradient_check():
    """Two rounds over the same batch with a zero learning rate: .grad should be that batch's gradient."""
    model, criterion = make_model(1), nn.CrossEntropyLoss()
    batch = (torch.randn(16, 7), torch.randint(0, 3, (16,)))
    train(model, [batch, batch], torch.optim.SGD(model.parameters(), lr=0.0), criterion)
    fresh = torch.autograd.grad(criterion(model(batch[0]), batch[1]), list(model.parameters()))
    return [torch.norm(p.grad) / torch.norm(f) for p, f in zip(model.parameters(), fresh)]


if __name__ == "__main__":
    model = make_model()
    x = torch.randn(128, 7)
    ds = TensorDataset(x, x[:, :3].argmax(1))
    loader = DataLoader(ds, batch_size=32, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
    for epoch in range(4):
        loss = train(model, loader, optimizer, nn.CrossEntropyLoss(), scheduler)
        print(f"epoch {epoch} loss {loss:.4f} acc {accuracy(model, loader):.3f}")
    assert all(abs(r - 1) < 1e-4 for r in gradient_check())
