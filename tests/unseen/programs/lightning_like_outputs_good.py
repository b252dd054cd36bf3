"""A small imitation of Lightning: hooks of a module, called by a fit loop."""
import torch
from torch import nn


class LitModule(nn.Module):
    def training_step(self, batch, index):
        raise NotImplementedError

    def configure_optimizers(self):
        raise NotImplementedError

    def on_train_epoch_end(self):
        pass


class LitRegressor(LitModule):
    def __init__(self, backbone, lr=1e-3):
        super().__init__()
        self.backbone = backbone
        self.head = nn.LazyLinear(1)
        self.lr = lr
        self.training_losses = []
        self.history = []

    def training_step(self, batch, index):
        x, y = batch
        loss = nn.functional.l1_loss(self.head(self.backbone(x)), y)
        self.training_losses.append(loss.detach())
        return loss

    def on_train_epoch_end(self):
        self.history.append(torch.stack(self.training_losses).mean().item())
        self.training_losses.clear()

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.lr)


class Fit:
    def __init__(self, max_epochs):
        self.max_epochs = max_epochs

    def __call__(self, module, loader):
        optimizer = module.configure_optimizers()
        module.train()
        for _ in range(self.max_epochs):
            for index, batch in enumerate(loader):
                loss = module.training_step(batch, index)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            module.on_train_epoch_end()
        return module.history
