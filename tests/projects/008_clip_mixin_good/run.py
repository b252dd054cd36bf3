import torch
from torch import nn

from trainlib import EmaMixin, GradClipMixin, Trainer


class PriceTrainer(GradClipMixin, EmaMixin, Trainer):
    max_norm = 0.5


def make_batches(n=6, scale=5.0):
    w = torch.randn(7, 1)
    for _ in range(n):
        x = torch.randn(16, 7)
        yield x, scale * (x @ w)


def main():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(7, 16), nn.ReLU(), nn.Linear(16, 1))
    trainer = PriceTrainer(model, nn.MSELoss(), lr=1e-3)
    losses = trainer.fit(make_batches())
    print("losses", [round(v, 2) for v in losses])

    before = nn.utils.parameters_to_vector(model.parameters()).detach().clone()
    trainer.train_step(*next(make_batches(1)))
    after = nn.utils.parameters_to_vector(model.parameters()).detach()
    moved = (after - before).norm().item() / 1e-3
    assert moved <= trainer.max_norm * 1.01


if __name__ == "__main__":
    main()
