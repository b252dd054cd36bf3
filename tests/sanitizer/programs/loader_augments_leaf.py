"""Workers load the data; the perturbation that is learned is clamped where it is a leaf."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Images(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        return torch.rand(1, 4, 4, generator=g), i % 2


if __name__ == "__main__":
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 2)).requires_grad_(False)
    delta = torch.zeros(1, 4, 4, requires_grad=True)
    optimizer = torch.optim.SGD([delta], lr=0.1)
    for x, y in DataLoader(Images(), batch_size=4, num_workers=1):
        loss = -nn.functional.cross_entropy(model(x + delta), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        delta.clamp_(-0.1, 0.1)  # good: delta.data.clamp_(-0.1, 0.1)  # expect: AGL101  # raises: a leaf Variable that requires grad
