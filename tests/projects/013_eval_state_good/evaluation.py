import torch

from state import device, model


@torch.no_grad()
def accuracy(loader):
    model.eval()
    right = total = 0
    for x, y in loader:
        pred = model(x.to(device)).argmax(dim=1).cpu()
        right += (pred == y).sum().item()
        total += y.numel()
    return right / total
