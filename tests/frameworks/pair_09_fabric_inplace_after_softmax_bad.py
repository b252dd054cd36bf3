"""Attention pooling over padded sets, trained with Fabric."""
import lightning as L
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class PaddedSets(Dataset):
    """Regress the largest value of the first coordinate."""

    def __init__(self, n=8000, max_len=12, dim=6):
        self.lengths = torch.randint(3, max_len + 1, (n,))
        self.items = torch.randn(n, max_len, dim)
        self.mask = torch.arange(max_len)[None] >= self.lengths[:, None]
        self.items[self.mask] = 0
        self.target = self.items[..., 0].masked_fill(self.mask, -1e9).amax(1)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i], self.mask[i], self.target[i]


class AttentionPool(nn.Module):
    def __init__(self, dim, heads=4):
        super().__init__()
        self.score = nn.Linear(dim, heads)
        self.value = nn.Linear(dim, dim)
        self.heads = heads

    def forward(self, x, padding):
        b, t, d = x.shape
        attn = self.score(x).softmax(dim=1)
        attn.masked_fill_(padding.unsqueeze(-1), 0.0)  # expect: AGL102
        attn = attn / attn.sum(dim=1, keepdim=True).clamp(min=1e-6)
        v = self.value(x).view(b, t, self.heads, d // self.heads)
        return (attn.unsqueeze(-1) * v).sum(dim=1).reshape(b, d)


class SetRegressor(nn.Module):
    def __init__(self, dim=6, hidden=64):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(dim, hidden), nn.ReLU(), nn.Linear(hidden, hidden))
        self.pool = AttentionPool(hidden)
        self.out = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 1))

    def forward(self, x, padding):
        return self.out(self.pool(self.embed(x), padding)).squeeze(-1)


def main():
    fabric = L.Fabric(accelerator="cpu", devices=1)
    fabric.launch()
    L.seed_everything(9)

    model = SetRegressor()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)
    model, optimizer = fabric.setup(model, optimizer)
    loader = fabric.setup_dataloaders(DataLoader(PaddedSets(), batch_size=128, shuffle=True))

    for epoch in range(20):
        model.train()
        running = 0.0
        for items, padding, target in loader:
            optimizer.zero_grad()
            loss = F.mse_loss(model(items, padding), target)
            fabric.backward(loss)
            optimizer.step()
            running += loss.item()
        scheduler.step()
        fabric.print(f"epoch {epoch} mse {running / len(loader):.4f}")


if __name__ == "__main__":
    main()
