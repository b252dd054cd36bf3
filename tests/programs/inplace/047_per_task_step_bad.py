import torch as th
import torch.nn as nn
from collections import namedtuple

Task = namedtuple("Task", "name out loss weight")

TASKS = [
    Task("quality", 1, nn.MSELoss(), 1.0),
    Task("genre", 5, nn.CrossEntropyLoss(), 0.5),
    Task("explicit", 2, nn.CrossEntropyLoss(), 0.2),
]


class SharedBottom(nn.Module):
    def __init__(self, d_in=14, d_h=20):
        super().__init__()
        self.bottom = nn.Sequential(nn.Linear(d_in, d_h), nn.SELU(), nn.Linear(d_h, d_h), nn.SELU())
        self.towers = nn.ModuleDict({t.name: nn.Sequential(nn.Linear(d_h, 10), nn.SELU(), nn.Linear(10, t.out)) for t in TASKS})

    def forward(self, x):
        z = self.bottom(x)
        return {name: tower(z) for name, tower in self.towers.items()}


def compute_losses(outputs, labels):
    return {t.name: t.weight * t.loss(outputs[t.name], labels[t.name]) for t in TASKS}


def timed(fn):
    def wrapper(*args, **kw):
        wrapper.calls += 1
        return fn(*args, **kw)
    wrapper.calls = 0
    return wrapper


@timed
def train_batch(model, optimizer, x, labels):
    losses = compute_losses(model(x), labels)
    for name, loss in losses.items():
        optimizer.zero_grad()
        loss.backward(retain_graph=True)  # raises: modified by an inplace operation
        optimizer.step()  # expect: AGL106
    return {k: float(v) for k, v in losses.items()}


def sample(n):
    x = th.randn(n, 14)
    return x, {
        "quality": x[:, :1].clone(),
        "genre": x[:, :5].argmax(1),
        "explicit": (x[:, 0] > 0.5).long(),
    }


th.manual_seed(0)
model = SharedBottom()
optimizer = th.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
for it in range(4):
    stats = train_batch(model, optimizer, *sample(32))
    print(it, {k: round(v, 3) for k, v in stats.items()})
print("calls:", train_batch.calls)
