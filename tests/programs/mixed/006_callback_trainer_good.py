"""Classifier trainer with callbacks and split helper methods."""
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset


class Callback:
    def on_batch_end(self, trainer, loss): ...
    def on_epoch_end(self, trainer, epoch): ...


class GradLogger(Callback):
    def __init__(self):
        self.norms = []

    def on_batch_end(self, trainer, loss):
        grads = [p.grad.flatten() for p in trainer.model.parameters()]
        self.norms.append(torch.cat(grads).clone())


class Trainer:
    def __init__(self, model, config, callbacks=()):
        self.model = model
        self.config = config
        self.callbacks = list(callbacks)
        self.optimizer = torch.optim.SGD(model.parameters(), lr=config["lr"])
        self.loss_fn = nn.CrossEntropyLoss()

    def _forward(self, batch):
        x, y = batch
        return self.loss_fn(self.model(x), y)

    def _backward(self, loss):
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()

    def _apply(self):
        self.optimizer.step()

    def _emit(self, hook, *args):
        for cb in self.callbacks:
            getattr(cb, hook)(self, *args)

    def training_step(self, batch):
        loss = self._forward(batch)
        self._backward(loss)
        self._apply()
        self._emit("on_batch_end", loss.item())
        return loss.item()

    def fit(self, loader):
        self.model.train()
        for epoch in range(self.config["epochs"]):
            total = sum(self.training_step(b) for b in loader)
            self._emit("on_epoch_end", epoch)
            print(f"[{epoch}] loss={total / len(loader):.4f}")


if __name__ == "__main__":
    torch.manual_seed(6)
    x = torch.randn(128, 10)
    y = (x[:, 0] + x[:, 1] > 0).long()
    logger = GradLogger()
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 2))
    # lr tiny and full batch, so that successive true gradients are nearly equal
    trainer = Trainer(net, {"lr": 1e-5, "epochs": 3}, [logger])
    trainer.fit(DataLoader(TensorDataset(x, y), batch_size=128))
    ratio = (logger.norms[2].norm() / logger.norms[0].norm()).item()
    assert abs(ratio - 1) < 0.05, ratio
