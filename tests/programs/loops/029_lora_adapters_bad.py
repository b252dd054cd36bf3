"""Low-rank adapters on a frozen base network."""
import math
from dataclasses import asdict, dataclass

import torch
from torch import nn


@dataclass
class LoraConfig:
    rank: int = 2
    alpha: float = 8.0
    lr: float = 1e-2
    weight_decay: float = 0.0
    steps: int = 50


class LoraLinear(nn.Module):
    def __init__(self, base, rank, alpha):
        super().__init__()
        self.base = base
        for p in self.base.parameters():
            p.requires_grad = False
        self.scale = alpha / rank
        self.down = nn.Parameter(torch.empty(rank, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, x):
        return self.base(x) + self.scale * (x @ self.down.t() @ self.up.t())


def inject_lora(module, rank, alpha):
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Linear):
            setattr(module, name, LoraLinear(child, rank, alpha))
        else:
            inject_lora(child, rank, alpha)
    return module


def base_network():
    return nn.Sequential(
        nn.Linear(8, 32), nn.Tanh(),
        nn.Sequential(nn.Linear(32, 32), nn.Tanh()),
        nn.Linear(32, 2),
    )


def prepare(cfg):
    model = inject_lora(base_network(), cfg.rank, cfg.alpha)
    trainable = (p for p in model.parameters() if p.requires_grad)
    n_train = sum(p.numel() for p in trainable)
    n_total = sum(p.numel() for p in model.parameters())
    print(f"trainable: {n_train:,} / {n_total:,} ({100 * n_train / n_total:.1f}%)")
    optimizer = torch.optim.AdamW(trainable, lr=cfg.lr, weight_decay=cfg.weight_decay)  # expect: AGL310  # raises: empty parameter list
    return model, optimizer


def adapt(model, optimizer, x, y, steps):
    loss_fn = nn.CrossEntropyLoss()
    first = last = None
    for step in range(steps):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        last = loss.item()
        first = last if first is None else first
        if step % 10 == 0:
            print(f"step {step:02d} loss {last:.4f}")
    return first, last


def main():
    torch.manual_seed(5)
    cfg = LoraConfig()
    print(asdict(cfg))
    model, optimizer = prepare(cfg)
    frozen = model[0].base.weight.clone()

    x = torch.randn(64, 8)
    y = (x[:, 0] - x[:, 3] > 0).long()
    first, last = adapt(model, optimizer, x, y, cfg.steps)

    assert torch.equal(frozen, model[0].base.weight)
    assert last < first


if __name__ == "__main__":
    main()
