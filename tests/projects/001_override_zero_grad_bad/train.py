import torch
from torch.utils.data import DataLoader, TensorDataset

from lab.model import MLP
from lab.tasks import RegressionTrainer


def make_loader(n=64, dim=6):
    x = torch.randn(n, dim)
    y = x.sum(dim=1, keepdim=True) + 0.1 * torch.randn(n, 1)
    return DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)


def main():
    torch.manual_seed(0)
    loader = make_loader()
    model = MLP(6, 16)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    trainer = RegressionTrainer(model, optimizer, max_epochs=3)
    trainer.fit(loader)

    batch = next(iter(loader))
    old = [p.grad.clone() for p in model.parameters()]
    fresh = torch.autograd.grad(trainer.compute_loss(batch), list(model.parameters()))
    trainer.training_step(batch)
    for p, o, f in zip(model.parameters(), old, fresh):
        assert torch.allclose(p.grad, o + f, atol=1e-5)
    assert sum(o.norm().item() for o in old) > 1.0


if __name__ == "__main__":
    main()
