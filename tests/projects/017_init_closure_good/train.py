import torch
from torch import nn

from engine import train_one_epoch
from initializers import scaled_normal
from network import SignalNet
from state import device, generator


def waves(n=48, length=20):
    y = torch.randint(0, 3, (n,), generator=generator)
    t = torch.linspace(0, 6.28, length)
    x = torch.sin((y[:, None] + 1) * t) + 0.1 * torch.randn(n, length, generator=generator)
    return x.unsqueeze(1), y


def main():
    x, y = waves()
    loader = list(zip(x.split(16), y.split(16)))
    init = scaled_normal(scale=lambda fan_in: (2.0 / fan_in) ** 0.5)
    model = SignalNet(init=init).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    criterion = nn.CrossEntropyLoss()
    for epoch in range(3):
        loss = train_one_epoch(model, loader, optimizer, criterion)
        print(f"epoch {epoch}: {loss:.4f}")


if __name__ == "__main__":
    main()
