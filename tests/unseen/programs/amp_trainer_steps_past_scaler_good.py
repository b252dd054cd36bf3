"""A trainer with mixed precision; everything it works with is passed in."""
import torch


class Trainer:
    def __init__(self, model, criterion, optimizer, loader, scaler=None, scheduler=None, device="cpu"):
        self.model = model.to(device)
        self.criterion = criterion
        self.optimizer = optimizer
        self.loader = loader
        self.scaler = scaler
        self.scheduler = scheduler
        self.device = device
        self.amp = scaler is not None

    def compute_loss(self, batch):
        inputs, targets = (t.to(self.device) for t in batch)
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.amp):
            return self.criterion(self.model(inputs), targets)

    def backward(self, loss):
        if self.amp:
            self.scaler.scale(loss).backward()
        else:
            loss.backward()

    def apply(self):
        if self.amp:
            self.scaler.step(self.optimizer)
            self.scaler.update()
        else:
            self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)

    def train_epoch(self):
        self.model.train()
        total = 0.0
        for batch in self.loader:
            loss = self.compute_loss(batch)
            self.backward(loss)
            self.apply()
            total += loss.item()
        if self.scheduler is not None:
            self.scheduler.step()
        return total / len(self.loader)
