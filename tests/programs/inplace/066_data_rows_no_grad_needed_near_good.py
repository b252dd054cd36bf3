import torch
from torch import nn, Tensor
from torch.utils.data import Dataset, DataLoader


class SpectraDataset(Dataset):
    def __init__(self, n: int, length: int):
        self.x = torch.randn(n, length).cumsum(1)
        self.y = torch.randint(0, 2, (n,))
        self._standardize()

    def _standardize(self) -> None:
        for row in self.x:
            row -= row.mean()
            row /= row.std() + 1e-6
        left, right = self.x.chunk(2, dim=1)
        left.mul_(0.5)
        right.add_(0.1)

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, i: int):
        return self.x[i].clone(), self.y[i]


def augment_(batch: Tensor, max_shift: float = 0.2) -> Tensor:
    for spec in batch.unbind(0):
        spec.add_(max_shift * torch.rand(1))
    first, *_ = batch.split(4, dim=1)
    first.zero_()
    return batch


class Conv1dNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.seq = nn.Sequential(
            nn.Conv1d(1, 8, 5, 2), nn.BatchNorm1d(8), nn.ReLU(inplace=True),
            nn.Conv1d(8, 16, 5, 2), nn.BatchNorm1d(16), nn.ReLU(inplace=True),
            nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(16, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.seq(x.unsqueeze(1))


def run_epoch(model: nn.Module, loader: DataLoader, opt: torch.optim.Optimizer) -> float:
    total = 0.0
    for x, y in loader:
        x = augment_(x)
        loss = nn.functional.cross_entropy(model(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        total += loss.item() * len(x)
    return total / len(loader.dataset)


if __name__ == "__main__":
    torch.manual_seed(0)
    loader = DataLoader(SpectraDataset(48, 40), batch_size=12, shuffle=True)
    model = Conv1dNet()
    opt = torch.optim.Adam(model.parameters())
    for epoch in range(2):
        print(epoch, run_epoch(model, loader, opt))
