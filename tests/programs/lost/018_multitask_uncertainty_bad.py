"""Multi-task learning with one learned log-variance per task (Kendall et al. 2018)."""
from typing import Dict

import torch
from torch import Tensor, nn


class MultiTaskLoss(nn.Module):
    def __init__(self, tasks):
        super().__init__()
        self.tasks = list(tasks)
        self._init_weights()

    def _init_weights(self):
        log_vars = {}
        for task in self.tasks:
            log_vars[task] = nn.Parameter(torch.zeros(()))
        self.log_vars = log_vars  # expect: AGL411

    def forward(self, losses: Dict[str, Tensor]) -> Tensor:
        total = torch.zeros(())
        for task in self.tasks:
            s = self.log_vars[task]
            total = total + torch.exp(-s) * losses[task] + s
        return total


class SharedNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(6, 40), nn.ReLU(), nn.Linear(40, 40), nn.ReLU())
        self.heads = nn.ModuleDict({"depth": nn.Linear(40, 1), "normal": nn.Linear(40, 3)})

    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        z = self.trunk(x)
        return {k: head(z) for k, head in self.heads.items()}


def batch(n=64):
    x = torch.randn(n, 6)
    depth = x[:, :1] ** 2 + 0.5 * torch.randn(n, 1)
    normal = nn.functional.normalize(x[:, 1:4], dim=1)
    return x, {"depth": depth, "normal": normal}


def main():
    torch.manual_seed(0)
    net = SharedNet()
    criterion = MultiTaskLoss(["depth", "normal"])
    optimizer = torch.optim.Adam(
        [
            {"params": net.parameters(), "lr": 1e-3},
            {"params": criterion.parameters(), "lr": 1e-2},
        ]
    )
    for it in range(80):
        x, y = batch()
        pred = net(x)
        losses = {k: nn.functional.mse_loss(pred[k], y[k]) for k in y}
        loss = criterion(losses)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    sigma = {k: round(v.item(), 4) for k, v in criterion.log_vars.items()}
    print("loss", round(loss.item(), 4), "log variances", sigma)
    assert all(v == 0.0 for v in sigma.values())


if __name__ == "__main__":
    main()
