from typing import Iterable, Optional, Tuple

import torch
from torch import Tensor, nn


class StatefulGRU(nn.Module):
    """A forecaster that remembers its state from window to window."""

    def __init__(self, n_features: int = 3, hidden: int = 16) -> None:
        super().__init__()
        self.cell = nn.GRU(n_features, hidden, batch_first=True)
        self.readout = nn.Linear(hidden, n_features)
        self.state: Optional[Tensor] = None

    def reset(self) -> None:
        self.state = None

    def forward(self, window: Tensor) -> Tensor:
        out, self.state = self.cell(window, self.state)
        return self.readout(out)


def windows(series: Tensor, length: int) -> Iterable[Tuple[Tensor, Tensor]]:
    for start in range(0, series.size(1) - length, length):
        yield series[:, start:start + length], series[:, start + 1:start + length + 1]


class Trainer:
    def __init__(self, model: StatefulGRU, lr: float = 1e-2) -> None:
        self.model = model
        self.optimizer = torch.optim.RMSprop(model.parameters(), lr=lr)
        self.criterion = nn.MSELoss()

    def training_step(self, x: Tensor, y: Tensor) -> float:
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(x), y)
        loss.backward()  # expect: AGL202  # raises: backward through the graph a second time
        self.optimizer.step()
        return loss.item()

    def fit(self, series: Tensor, epochs: int = 3, length: int = 12) -> None:
        for epoch in range(epochs):
            self.model.reset()
            losses = [self.training_step(x, y) for x, y in windows(series, length)]
            print(f"epoch {epoch}: {sum(losses) / len(losses):.4f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    t = torch.linspace(0, 30, 120)
    series = torch.stack([torch.sin(t), torch.cos(t), torch.sin(2 * t)], dim=-1).repeat(4, 1, 1)
    Trainer(StatefulGRU()).fit(series + 0.05 * torch.randn_like(series))
