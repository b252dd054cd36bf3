import torch

from distill.builder import build
from distill.config import DistillConfig
from distill.engine import distill


def main():
    torch.manual_seed(0)
    cfg = DistillConfig()
    (teacher, student), optimizer = build(cfg)
    before = [p.detach().clone() for p in student.parameters()]
    batches = [torch.randn(16, cfg.in_dim) for _ in range(cfg.steps)]
    losses = distill(teacher, student, optimizer, batches, cfg.temperature)
    print("loss", losses[0], "->", losses[-1])

    assert all(torch.equal(a, b) for a, b in zip(before, student.parameters()))
    assert all(p.grad is None for g in optimizer.param_groups for p in g["params"])


if __name__ == "__main__":
    main()
