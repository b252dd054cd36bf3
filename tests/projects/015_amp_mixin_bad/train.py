import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from fastlab import AmpTrainer


def main():
    torch.manual_seed(0)
    x = torch.randn(64, 10)
    y = (x.sum(dim=1) > 0).long()
    loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)
    model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    trainer = AmpTrainer(model, optimizer, nn.CrossEntropyLoss())
    history = trainer.fit(loader, epochs=3)
    print(f"{history[0]:.4f} -> {history[-1]:.4f}")


if __name__ == "__main__":
    main()
