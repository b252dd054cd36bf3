"""Exponential moving average of the weights of a model that the callback is given."""
import copy

import torch


class EMA:
    def __init__(self, model, decay=0.999, warmup=10):
        self.module = copy.deepcopy(model).eval()
        for p in self.module.parameters():
            p.requires_grad_(False)
        self.decay = decay
        self.warmup = warmup
        self.updates = 0

    def _decay(self):
        self.updates += 1
        return min(self.decay, (1 + self.updates) / (self.warmup + self.updates))

    def update(self, model):
        decay = self._decay()
        current = dict(model.named_parameters())
        for name, average in self.module.named_parameters():
            average.mul_(decay).add_(current[name].data, alpha=1 - decay)
        for average, buffer in zip(self.module.buffers(), model.buffers()):
            average.copy_(buffer)


class EMACallback:
    def __init__(self, decay):
        self.decay = decay
        self.ema = None

    def on_fit_start(self, trainer):
        self.ema = EMA(trainer.model, self.decay)

    def on_batch_end(self, trainer):
        self.ema.update(trainer.model)

    def state_dict(self):
        return self.ema.module.state_dict()


class Trainer:
    def __init__(self, model, criterion, optimizer, callbacks):
        self.model, self.criterion, self.optimizer = model, criterion, optimizer
        self.callbacks = callbacks

    def fit(self, loader):
        for callback in self.callbacks:
            callback.on_fit_start(self)
        for x, y in loader:
            loss = self.criterion(self.model(x), y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            for callback in self.callbacks:
                callback.on_batch_end(self)


def train(model, criterion, optimizer, loader, decay=0.99):
    callback = EMACallback(decay)
    Trainer(model, criterion, optimizer, [callback]).fit(loader)
    return callback.state_dict()
