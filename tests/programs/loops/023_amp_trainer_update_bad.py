"""AMP trainer for a residual MLP."""
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Residual(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.ff = nn.Sequential(nn.Linear(dim, 2 * dim), nn.GELU(), nn.Linear(2 * dim, dim))

    def forward(self, x):
        return x + self.ff(self.norm(x))


class ResMLP(nn.Module):
    def __init__(self, in_dim, dim, depth, classes):
        super().__init__()
        self.stem = nn.Linear(in_dim, dim)
        self.blocks = nn.Sequential(*[Residual(dim) for _ in range(depth)])
        self.head = nn.Linear(dim, classes)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))


class AMPTrainer:
    def __init__(self, model, lr=1e-3, device="cpu"):
        self.device = torch.device(device)
        self.model = model.to(self.device)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=lr)
        self.criterion = nn.CrossEntropyLoss()
        self.scaler = torch.amp.GradScaler(self.device.type)
        self.global_step = 0

    def _forward(self, batch):
        x, y = (t.to(self.device) for t in batch)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            logits = self.model(x)
            loss = self.criterion(logits, y)
        return logits, loss

    def _backward(self, loss):
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()

    def _step(self):
        self.scaler.step(self.optimizer)  # expect: AGL308  # raises: already been called
        self.global_step += 1

    def train_step(self, batch):
        logits, loss = self._forward(batch)
        self._backward(loss)
        self._step()
        return loss.item()

    def train_epoch(self, loader):
        self.model.train()
        losses = [self.train_step(batch) for batch in loader]
        return sum(losses) / len(losses)

    @torch.no_grad()
    def validate(self, loader):
        self.model.eval()
        right = total = 0
        for batch in loader:
            logits, _ = self._forward(batch)
            right += (logits.argmax(-1).cpu() == batch[1]).sum().item()
            total += len(batch[1])
        return right / total

    def fit(self, train_loader, val_loader, epochs):
        for epoch in range(epochs):
            loss = self.train_epoch(train_loader)
            acc = self.validate(val_loader)
            print(f"epoch {epoch + 1}/{epochs} loss={loss:.4f} acc={acc:.3f} step={self.global_step}")


def spiral_like(n, gen):
    x = torch.randn(n, 8, generator=gen)
    y = ((x[:, 0] * x[:, 1] > 0).long() + 2 * (x[:, 2] > 0).long())
    return TensorDataset(x, y)


def main():
    torch.manual_seed(12)
    gen = torch.Generator().manual_seed(12)
    train_loader = DataLoader(spiral_like(128, gen), batch_size=32, shuffle=True)
    val_loader = DataLoader(spiral_like(64, gen), batch_size=64)
    trainer = AMPTrainer(ResMLP(8, 24, 2, 4))
    trainer.fit(train_loader, val_loader, epochs=3)
    assert trainer.global_step == 12


if __name__ == "__main__":
    main()
