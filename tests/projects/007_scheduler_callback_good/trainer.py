class Trainer:
    def __init__(self, model, optimizer, criterion, callbacks=()):
        self.model = model
        self.optimizer = optimizer
        self.criterion = criterion
        self.callbacks = list(callbacks)
        self.used_lr = None

    def run_batch(self, x, y):
        for cb in self.callbacks:
            cb.on_batch_begin(self)
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.used_lr = self.optimizer.param_groups[0]["lr"]
        self.optimizer.step()
        for cb in self.callbacks:
            cb.on_batch_end(self, loss.item())

    def fit(self, loader, epochs):
        self.model.train()
        for epoch in range(epochs):
            for x, y in loader:
                self.run_batch(x, y)
            for cb in self.callbacks:
                cb.on_epoch_end(self, epoch)
