"""A trainer that validates in between; models and loaders are passed in."""
import torch


class Trainer:
    def __init__(self, model, criterion, optimizer, train_loader, valid_loader, valid_every=100):
        self.model = model
        self.criterion = criterion
        self.optimizer = optimizer
        self.train_loader = train_loader
        self.valid_loader = valid_loader
        self.valid_every = valid_every
        self.step = 0
        self.best = float("inf")

    def train_batch(self, x, y):
        loss = self.criterion(self.model(x), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.step += 1
        return loss.item()

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        total, count = 0.0, 0
        for x, y in self.valid_loader:
            total += self.criterion(self.model(x), y).item() * len(x)
            count += len(x)
        self.model.train()
        return total / count

    def fit(self, epochs):
        self.model.train()
        for _ in range(epochs):
            for x, y in self.train_loader:
                self.train_batch(x, y)
                if self.step % self.valid_every == 0:
                    self.best = min(self.best, self.validate())
        return self.best
