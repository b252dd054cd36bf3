from .amp import AmpMixin


class BaseTrainer:
    def __init__(self, model, optimizer, criterion):
        self.model = model
        self.optimizer = optimizer
        self.criterion = criterion

    def forward_loss(self, x, y):
        return self.criterion(self.model(x), y)

    def apply_gradients(self, loss):
        loss.backward()
        self.optimizer.step()

    def fit(self, loader, epochs=1):
        self.model.train()
        history = []
        for _ in range(epochs):
            for x, y in loader:
                self.optimizer.zero_grad()
                loss = self.forward_loss(x, y)
                self.apply_gradients(loss)
                history.append(loss.item())
        return history


class AmpTrainer(AmpMixin, BaseTrainer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.setup_amp()
