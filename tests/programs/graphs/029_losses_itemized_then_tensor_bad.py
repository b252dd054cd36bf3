import torch
import torch.nn.functional as F
from torch import nn


class Detector(nn.Module):
    """Predicts one box and one class for an image."""

    def __init__(self, n_cls=3):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 8, 3, 2, 1), nn.ReLU(), nn.Flatten())
        self.cls = nn.Linear(8 * 4 * 4, n_cls)
        self.box = nn.Linear(8 * 4 * 4, 4)
        self.obj = nn.Linear(8 * 4 * 4, 1)

    def forward(self, x):
        h = self.body(x)
        return self.cls(h), self.box(h).sigmoid(), self.obj(h).squeeze(1)


class LossComputer:
    weights = {"cls": 1.0, "box": 5.0, "obj": 1.0}

    def __call__(self, outputs, target):
        cls, box, obj = outputs
        parts = {
            "cls": F.cross_entropy(cls, target["cls"]),
            "box": F.smooth_l1_loss(box, target["box"]),
            "obj": F.binary_cross_entropy_with_logits(obj, target["obj"]),
        }
        values = {k: self.weights[k] * v.item() for k, v in parts.items()}
        total = torch.tensor(sum(values.values()), dtype=torch.float32)
        return total, values


def fake_batch(n):
    return torch.rand(n, 1, 16, 16), {
        "cls": torch.randint(0, 3, (n,)),
        "box": torch.rand(n, 4),
        "obj": torch.randint(0, 2, (n,)).float(),
    }


def train(iters):
    net, compute = Detector(), LossComputer()
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-2, momentum=0.9)
    for it in range(iters):
        images, target = fake_batch(6)
        total, values = compute(net(images), target)
        optimizer.zero_grad()
        total.backward()  # expect: AGL204  # raises: does not require grad and does not have a grad_fn
        optimizer.step()
        print(it, " ".join(f"{k}={v:.3f}" for k, v in values.items()))


if __name__ == "__main__":
    torch.manual_seed(0)
    train(6)
