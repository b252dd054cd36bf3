import torch

from autoencoder import *
from hooks import *
from loop import *


def main(epochs=3):
    torch.manual_seed(0)
    loader = torch.randn(80, 12).split(16)
    model = AutoEncoder()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    history = LossHistory()
    for epoch in range(epochs):
        train_one_epoch(model, loader, optimizer, [history])
        history.on_epoch_end(epoch)

    kept = history.meter.values
    assert len(kept) == epochs * len(loader)
    assert all(v.grad_fn is None for v in kept)


if __name__ == "__main__":
    main()
