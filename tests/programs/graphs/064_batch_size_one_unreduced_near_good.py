import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class PairDataset(Dataset):
    def __init__(self, n=30, d=6):
        self.a = torch.randn(n, d)
        self.b = self.a + 0.3 * torch.randn(n, d)
        self.same = torch.rand(n) > 0.5
        self.b[~self.same] = torch.randn(int((~self.same).sum()), d)

    def __len__(self):
        return len(self.a)

    def __getitem__(self, i):
        return self.a[i], self.b[i], self.same[i].float()


class Siamese(nn.Module):
    def __init__(self, d=6, k=4):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(d, 16), nn.ReLU(), nn.Linear(16, k))

    def forward(self, a, b):
        return (self.embed(a) - self.embed(b)).norm(dim=1)


def contrastive(dist, same, margin=1.0):
    # one value per pair
    return same * dist.pow(2) + (1 - same) * (margin - dist).clamp(min=0).pow(2)


def train_online(model, loader, lr=0.01):
    """Online learning: one pair at a time."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for a, b, same in loader:
        optimizer.zero_grad()
        loss = contrastive(model(a, b), same)
        loss.backward()
        optimizer.step()
        history.append(loss.item())
    return history


torch.manual_seed(0)
loader = DataLoader(PairDataset(), batch_size=1, shuffle=True)
model = Siamese()
for epoch in range(3):
    h = train_online(model, loader)
    print("epoch", epoch, "mean loss", sum(h) / len(h))
