import torch.nn.functional as F

from ..core import Trainer


class RegressionTrainer(Trainer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stats = {"abs_err": 0.0, "n": 0}

    def zero_grad(self):
        """Reset what is collected during one step."""
        super().zero_grad()
        self.stats = {"abs_err": 0.0, "n": 0}

    def compute_loss(self, batch):
        x, y = batch
        pred = self.model(x)
        self.stats["abs_err"] += (pred.detach() - y).abs().sum().item()
        self.stats["n"] += y.numel()
        return F.mse_loss(pred, y)

    def on_epoch_end(self, epoch, mean_loss):
        mae = self.stats["abs_err"] / self.stats["n"]
        print(f"epoch {epoch}: loss {mean_loss:.4f} last-batch mae {mae:.4f}")
