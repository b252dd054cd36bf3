import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from accum import *


def main():
    torch.manual_seed(0)
    x = torch.randn(64, 5)
    y = x.pow(2).sum(dim=1)
    loader = DataLoader(TensorDataset(x, y), batch_size=4, shuffle=True)
    model = Regressor(5)
    lr = 1e-2
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    for epoch in range(2):
        loss = train_epoch(model, loader, optimizer, criterion, Accumulator(4))
        print(f"epoch {epoch}: {loss:.4f}")

    params = list(model.parameters())
    start = [p.detach().clone() for p in params]
    micro = list(loader)[:4]
    each = [torch.autograd.grad(criterion(model(a), b) / 4, params) for a, b in micro]
    train_epoch(model, micro, optimizer, criterion, Accumulator(4))
    for i, (p, s) in enumerate(zip(params, start)):
        assert torch.allclose(p, s - lr * sum(g[i] for g in each), atol=1e-5)


if __name__ == "__main__":
    main()
