from __future__ import annotations

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Callback:
    def on_batch_start(self, trainer: "Trainer") -> None: ...
    def on_batch_end(self, trainer: "Trainer", loss: float) -> None: ...
    def on_epoch_end(self, trainer: "Trainer") -> None: ...


class ZeroGradCallback(Callback):
    def on_batch_start(self, trainer):
        trainer.optimizer.zero_grad(set_to_none=True)


class History(Callback):
    def __init__(self):
        self.losses: list[float] = []

    def on_batch_end(self, trainer, loss):
        self.losses.append(loss)

    def on_epoch_end(self, trainer):
        print("epoch mean", round(sum(self.losses) / len(self.losses), 4))
        self.losses.clear()


class Trainer:
    def __init__(self, model, optimizer, criterion, callbacks):
        self.model, self.optimizer, self.criterion = model, optimizer, criterion
        self.callbacks = callbacks

    def emit(self, event, *args):
        for cb in self.callbacks:
            getattr(cb, event)(self, *args)

    def fit(self, loader, epochs):
        for _ in range(epochs):
            for x, y in loader:
                self.emit("on_batch_start")
                loss = self.criterion(self.model(x), y)
                loss.backward()
                self.optimizer.step()
                self.emit("on_batch_end", loss.item())
            self.emit("on_epoch_end")


if __name__ == "__main__":
    torch.manual_seed(0)
    x = torch.rand(64, 3)
    y = (x.sum(1, keepdim=True) > 1.5).float()
    model = nn.Sequential(nn.Linear(3, 12), nn.SELU(), nn.Linear(12, 1))
    trainer = Trainer(model, torch.optim.Adam(model.parameters(), 1e-2), nn.BCEWithLogitsLoss(), [ZeroGradCallback(), History()])
    trainer.fit(DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True), epochs=3)
