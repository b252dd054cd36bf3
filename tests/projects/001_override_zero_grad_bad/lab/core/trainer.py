class Trainer:
    """Minimal training loop; tasks implement ``compute_loss``."""

    def __init__(self, model, optimizer, max_epochs=3):
        self.model = model
        self.optimizer = optimizer
        self.max_epochs = max_epochs
        self.history = []

    def zero_grad(self):
        self.optimizer.zero_grad()

    def compute_loss(self, batch):
        raise NotImplementedError

    def on_epoch_end(self, epoch, mean_loss):
        pass

    def training_step(self, batch):
        self.zero_grad()
        loss = self.compute_loss(batch)
        loss.backward()
        self.optimizer.step()  # expect: AGL301
        return loss.item()

    def fit(self, loader):
        self.model.train()
        for epoch in range(self.max_epochs):
            total, count = 0.0, 0
            for batch in loader:
                total += self.training_step(batch)
                count += 1
            mean_loss = total / max(count, 1)
            self.history.append(mean_loss)
            self.on_epoch_end(epoch, mean_loss)
        return self.history
