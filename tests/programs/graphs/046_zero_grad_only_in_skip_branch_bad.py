from typing import Callable, Tuple

import torch
from torch import Tensor, nn


class LossScaler:
    """A CPU stand-in for GradScaler."""

    def __init__(self, scale: float = 128.0) -> None:
        self.scale_value = scale

    def scale(self, loss: Tensor) -> Tensor:
        return loss * self.scale_value

    def unscale_(self, optimizer: torch.optim.Optimizer) -> bool:
        finite = True
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.grad.div_(self.scale_value)
                    finite = finite and bool(torch.isfinite(p.grad).all())
        return finite


class AmpTrainer:
    def __init__(self, model: nn.Module, loss_fn: Callable[[Tensor, Tensor], Tensor], lr: float = 0.02) -> None:
        self.model, self.loss_fn, self.lr = model, loss_fn, lr
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        self.scaler = LossScaler()
        self.skipped = 0

    def training_step(self, batch: Tuple[Tensor, Tensor]) -> float:
        x, y = batch
        loss = self.loss_fn(self.model(x), y)
        self.scaler.scale(loss).backward()
        if not self.scaler.unscale_(self.optimizer):
            self.skipped += 1
            self.optimizer.zero_grad()
        else:
            self.optimizer.step()  # expect: AGL301
        return loss.item()


def fresh_update(trainer: AmpTrainer, batch: Tuple[Tensor, Tensor]) -> Tensor:
    w = trainer.model.weight
    grad, = torch.autograd.grad(trainer.loss_fn(trainer.model(batch[0]), batch[1]), [w])
    return (w - trainer.lr * grad).detach()


def main() -> None:
    torch.manual_seed(0)
    trainer = AmpTrainer(nn.Linear(5, 2), nn.MSELoss())
    for i in range(10):
        batch = torch.randn(16, 5), torch.randn(16, 2)
        if i == 4:
            batch[1][0, 0] = float("inf")
        expected = fresh_update(trainer, batch)
        print(i, trainer.training_step(batch))
    assert trainer.skipped == 1
    assert not torch.allclose(trainer.model.weight, expected, atol=1e-5)


main()
