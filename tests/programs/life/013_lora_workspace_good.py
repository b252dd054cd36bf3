"""Low-rank adapters on a frozen MLP; matmul results live in a reusable workspace."""
import math

import torch
from torch import nn, Tensor


class Workspace:
    """Hands out scratch memory by shape so that hot loops do not allocate."""

    def __init__(self):
        self._slots = {}

    def take(self, tag: str, rows: int, cols: int) -> Tensor:
        key = (tag, rows, cols)
        if key not in self._slots:
            self._slots[key] = torch.empty(rows, cols)
        return self._slots[key]

    def mm(self, tag: str, a: Tensor, b: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            return torch.mm(a, b)
        dest = self.take(tag, a.shape[0], b.shape[1])
        torch.mm(a, b, out=dest)
        return dest


class LoRALinear(nn.Module):
    def __init__(self, base: nn.Linear, rank: int, alpha: float, ws: Workspace, name: str):
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(torch.empty(rank, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        self.scale = alpha / rank
        self.ws, self.name = ws, name
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        low = self.ws.mm(self.name, x, self.down.t())
        return self.base(x) + self.scale * (low @ self.up.t())


def inject(model: nn.Sequential, rank: int, alpha: float) -> list:
    ws = Workspace()
    adapters = []
    for idx, layer in enumerate(model):
        if isinstance(layer, nn.Linear):
            model[idx] = LoRALinear(layer, rank, alpha, ws, f"layer{idx}")
            adapters += [model[idx].down, model[idx].up]
    return adapters


def count(params) -> int:
    return sum(p.numel() for p in params)


def finetune(model, adapters, x, y, steps=20):
    opt = torch.optim.AdamW(adapters, lr=5e-3, weight_decay=0.0)
    for step in range(steps):
        idx = torch.randint(0, len(x), (32,))
        loss = nn.functional.mse_loss(model(x[idx]), y[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
        if step % 5 == 0:
            yield step, loss.item()


if __name__ == "__main__":
    torch.manual_seed(21)
    mlp = nn.Sequential(nn.Linear(10, 64), nn.GELU(), nn.Linear(64, 64), nn.GELU(), nn.Linear(64, 2))
    total = count(mlp.parameters())
    trainable = inject(mlp, rank=4, alpha=8.0)
    print(f"trainable {count(trainable)} of {total}")
    xs = torch.randn(256, 10)
    ys = torch.stack([xs[:, 0] * xs[:, 1], xs[:, 2].sin()], dim=1)
    for step, value in finetune(mlp, trainable, xs, ys):
        print(f"{step:3d} {value:.4f}")
    with torch.no_grad():
        print("final mse %.4f" % nn.functional.mse_loss(mlp(xs), ys).item())
