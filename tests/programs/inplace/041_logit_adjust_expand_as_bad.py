import torch
import torch.nn as nn
import torch.nn.functional as F
from typing import Dict, Iterator, Tuple


class LogitAdjustedLoss(nn.Module):
    """Long-tail classification: shift logits by tau * log prior, with a per-sample margin."""

    def __init__(self, counts: torch.Tensor, tau: float = 1.0, margin: float = 0.5):
        super().__init__()
        self.tau, self.margin = tau, margin
        self.register_buffer("log_prior", (counts / counts.sum()).log())

    def offsets(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        shift = self.log_prior.mul(self.tau).expand_as(logits)
        onehot = F.one_hot(target, logits.size(1)).to(logits.dtype)
        shift.sub_(self.margin * onehot)  # expect: AGL105  # raises: more than one element of the written-to tensor
        return shift

    def forward(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return F.cross_entropy(logits + self.offsets(logits, target), target)


class MLP(nn.Sequential):
    def __init__(self, d: int, h: int, k: int):
        super().__init__(nn.Linear(d, h), nn.BatchNorm1d(h), nn.ReLU(), nn.Dropout(0.1), nn.Linear(h, k))


def long_tail(n: int, counts: torch.Tensor, d: int) -> Iterator[Tuple[torch.Tensor, torch.Tensor]]:
    means = torch.randn(len(counts), d)
    for _ in range(n):
        y = torch.multinomial(counts, 32, replacement=True)
        yield means[y] + torch.randn(32, d), y


def per_class_accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> Dict[int, float]:
    model.eval()
    with torch.no_grad():
        hit = model(x).argmax(1) == y
    return {int(c): hit[y == c].float().mean().item() for c in y.unique()}


if __name__ == "__main__":
    torch.manual_seed(0)
    counts = torch.tensor([500.0, 120.0, 30.0, 8.0])
    model = MLP(10, 24, 4)
    criterion = LogitAdjustedLoss(counts)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for x, y in long_tail(5, counts, 10):
        loss = criterion(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(f"{loss.item():.3f}")
    print(per_class_accuracy(model, x, y))
