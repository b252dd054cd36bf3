import torch
from torch.utils.data import DataLoader, TensorDataset


def get_loaders(batch_size=16):
    x = torch.randn(96, 8)
    y = (x[:, 0] * x[:, 1] > 0).long()
    train = TensorDataset(x[:64], y[:64])
    val = TensorDataset(x[64:], y[64:])
    return (
        DataLoader(train, batch_size=batch_size, shuffle=True),
        DataLoader(val, batch_size=batch_size),
    )
