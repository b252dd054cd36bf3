from dataclasses import dataclass

import torch
from torch import nn


@dataclass
class Args:
    lr: float = 0.1
    momentum: float = 0.9
    batch_size: int = 16
    max_steps: int = 30
    log_every: int = 10


class Trainer:
    def __init__(self, model: nn.Module, args: Args) -> None:
        self.model = model
        self.args = args
        self.optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum, nesterov=True)
        self.global_step = 0

    def compute_loss(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return nn.functional.huber_loss(self.model(batch["x"]), batch["y"])

    def train_step(self, batch: dict[str, torch.Tensor]) -> float:
        loss = self.compute_loss(batch)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.global_step += 1
        return loss.item()

    def fit(self, make_batch) -> None:
        while self.global_step < self.args.max_steps:
            value = self.train_step(make_batch(self.args.batch_size))
            if self.global_step % self.args.log_every == 0:
                print(self.global_step, f"{value:.4f}")


def make_batch(n: int) -> dict[str, torch.Tensor]:
    x = torch.randn(n, 4)
    return {"x": x, "y": x[:, :1] * x[:, 1:2]}


if __name__ == "__main__":
    torch.manual_seed(0)
    Trainer(nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1)), Args()).fit(make_batch)
