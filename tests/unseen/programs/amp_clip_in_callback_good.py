"""Training engine with callbacks around the backward pass; clipping is a callback."""
import torch
from torch import nn


class Callback:
    def after_backward(self, engine):
        pass

    def after_step(self, engine):
        pass


class ClipGradients(Callback):
    def __init__(self, max_norm):
        self.max_norm = max_norm
        self.norms = []

    def after_backward(self, engine):
        engine.scaler.unscale_(engine.optimizer)
        norm = nn.utils.clip_grad_norm_(engine.model.parameters(), self.max_norm)
        self.norms.append(float(norm))


class Engine:
    def __init__(self, model, criterion, optimizer, callbacks=(), enabled=True):
        self.model = model
        self.criterion = criterion
        self.optimizer = optimizer
        self.callbacks = list(callbacks)
        self.scaler = torch.amp.GradScaler("cpu", enabled=enabled)

    def call(self, name):
        for callback in self.callbacks:
            getattr(callback, name)(self)

    def step(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = self.criterion(self.model(x), y)
        self.scaler.scale(loss).backward()
        self.call("after_backward")
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.call("after_step")
        return loss.item()


def build_engine(model, optimizer, max_norm=1.0):
    return Engine(model, nn.CrossEntropyLoss(), optimizer, callbacks=[ClipGradients(max_norm)])
