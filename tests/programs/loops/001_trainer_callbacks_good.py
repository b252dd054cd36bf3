"""Tabular regression with a small callback-driven Trainer."""
import copy
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Callback:
    def on_fit_start(self, trainer):
        pass

    def on_batch_end(self, trainer, loss):
        pass

    def on_epoch_end(self, trainer, epoch, logs):
        pass


class History(Callback):
    def on_fit_start(self, trainer):
        self.epochs = []
        self.batches = []

    def on_batch_end(self, trainer, loss):
        self.batches.append(loss)

    def on_epoch_end(self, trainer, epoch, logs):
        self.epochs.append((epoch, logs["loss"]))


class StopOnNaN(Callback):
    def on_batch_end(self, trainer, loss):
        if math.isnan(loss):
            trainer.should_stop = True


class Trainer:
    def __init__(self, model, optimizer, criterion, callbacks=()):
        self.model = model
        self.optimizer = optimizer
        self.criterion = criterion
        self.callbacks = list(callbacks)
        self.should_stop = False

    def _notify(self, hook, *args):
        for cb in self.callbacks:
            getattr(cb, hook)(self, *args)

    def train_step(self, batch):
        x, y = batch
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def train_epoch(self, loader):
        total, count = 0.0, 0
        for batch in loader:
            loss = self.train_step(batch)
            self._notify("on_batch_end", loss)
            total += loss * len(batch[0])
            count += len(batch[0])
            if self.should_stop:
                break
        return {"loss": total / max(count, 1)}

    def fit(self, loader, epochs):
        self._notify("on_fit_start")
        for epoch in range(epochs):
            logs = self.train_epoch(loader)
            self._notify("on_epoch_end", epoch, logs)
            if self.should_stop:
                break
        return self


def make_data(n=96, d=6):
    g = torch.Generator().manual_seed(0)
    x = torch.randn(n, d, generator=g)
    coef = torch.linspace(-1, 1, d).unsqueeze(1)
    y = x @ coef + 0.05 * torch.randn(n, 1, generator=g)
    return TensorDataset(x, y)


def main():
    torch.manual_seed(0)
    data = make_data()
    loader = DataLoader(data, batch_size=16, shuffle=True)
    model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    trainer = Trainer(
        model,
        torch.optim.SGD(model.parameters(), lr=1e-3),
        nn.MSELoss(),
        callbacks=[History(), StopOnNaN()],
    )
    trainer.fit(loader, epochs=3)
    for epoch, loss in trainer.callbacks[0].epochs:
        print(f"epoch {epoch}: {loss:.4f}")

    batch = data[:16]
    before = model[0].weight.grad.clone()
    probe = copy.deepcopy(model)
    (fresh,) = torch.autograd.grad(nn.MSELoss()(probe(batch[0]), batch[1]), [probe[0].weight])
    trainer.train_step(batch)
    assert before.shape == fresh.shape
    assert torch.allclose(model[0].weight.grad, fresh, atol=1e-5)


if __name__ == "__main__":
    main()
