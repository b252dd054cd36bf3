import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    """Logs the gradient norm of every layer each `log_every` steps."""

    def __init__(self, model, optimizer, criterion, log_every=1, max_norm=1e9):
        self.model = model
        self.optimizer = optimizer
        self.criterion = criterion
        self.log_every = log_every
        self.max_norm = max_norm
        self.logged, self.clipped = [], []

    def grad_norm(self):
        return torch.sqrt(sum(p.grad.pow(2).sum() for p in self.model.parameters())).item()

    def log_gradients(self, loss):
        loss.backward(retain_graph=True)
        self.logged.append(self.grad_norm())

    def train_step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        if len(self.clipped) % self.log_every == 0:
            self.log_gradients(loss)
        loss.backward()  # expect: AGL206
        total = nn.utils.clip_grad_norm_(self.model.parameters(), self.max_norm)
        self.clipped.append(total.item())
        self.optimizer.step()
        return loss.item()

    def fit(self, loader, epochs):
        for epoch in range(epochs):
            losses = [self.train_step(x, y) for x, y in loader]
            print(f"epoch {epoch}: loss {sum(losses) / len(losses):.4f}")


def main():
    torch.manual_seed(0)
    x = torch.randn(64, 6)
    y = torch.sin(x).sum(1, keepdim=True)
    model = nn.Sequential(nn.Linear(6, 24), nn.Tanh(), nn.Linear(24, 1))
    trainer = Trainer(model, torch.optim.SGD(model.parameters(), lr=0.01), nn.MSELoss())
    trainer.fit(DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True), epochs=2)
    logged, clipped = torch.tensor(trainer.logged), torch.tensor(trainer.clipped)
    # the optimizer saw gradients twice as long as those logged
    assert torch.allclose(clipped, 2 * logged, rtol=1e-3)


if __name__ == "__main__":
    main()
