from typing import List

import torch
from torch import Tensor, nn


class DPSGD:
    def __init__(self, model: nn.Module, lr: float, clip: float, noise: float) -> None:
        self.params: List[nn.Parameter] = [p for p in model.parameters() if p.requires_grad]
        self.model = model
        self.optimizer = torch.optim.SGD(self.params, lr=lr)
        self.clip, self.noise = clip, noise

    def per_sample(self, x: Tensor, y: Tensor) -> List[List[Tensor]]:
        grads = []
        for i in range(len(x)):
            loss = nn.functional.cross_entropy(self.model(x[i:i + 1]), y[i:i + 1])
            loss.backward()
            grads.append([p.grad for p in self.params])
            for p in self.params:
                p.grad = None
        return grads

    def step(self, x: Tensor, y: Tensor) -> float:
        total = [torch.zeros_like(p) for p in self.params]
        norms = []
        for sample in self.per_sample(x, y):
            norm = torch.stack([g.norm() for g in sample]).norm()
            norms.append(norm.item())
            factor = min(1.0, self.clip / (norm.item() + 1e-6))
            for t, g in zip(total, sample):
                t.add_(g, alpha=factor)
        for p, t in zip(self.params, total):
            p.grad = (t + self.noise * self.clip * torch.randn_like(t)) / len(x)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return sum(norms) / len(norms)


def main() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 12), nn.ReLU(), nn.Linear(12, 2))
    dp = DPSGD(model, lr=0.2, clip=1.0, noise=0.3)
    for step in range(8):
        x = torch.randn(16, 5)
        y = (x.sum(1) > 0).long()
        print(step, f"mean grad norm {dp.step(x, y):.3f}")


if __name__ == "__main__":
    main()
