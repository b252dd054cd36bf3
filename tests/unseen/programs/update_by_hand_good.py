import torch


class Trainer:
    def __init__(self, module, criterion, lr):
        self.module_, self.criterion, self.lr = module, criterion, lr

    def train_step(self, X, y):
        self.module_.zero_grad()
        loss = self.criterion(self.module_(X), y)
        loss.backward()
        for p in self.module_.parameters():
            p.data.add_(p.grad.data, alpha=-self.lr)
        return loss

    def fit(self, loader):
        for X, y in loader:
            self.train_step(X, y)
