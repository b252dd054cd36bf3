import torch


class Trainer:
    def __init__(self, model, criterion, lr=1e-2, **kwargs):
        super().__init__(**kwargs)
        self.model = model
        self.criterion = criterion
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def before_update(self):
        """Called when the gradients are ready."""

    def after_update(self):
        """Called when the parameters have moved."""

    def train_step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.before_update()
        self.optimizer.step()
        self.after_update()
        return loss.item()

    def fit(self, batches):
        self.model.train()
        return [self.train_step(x, y) for x, y in batches]
