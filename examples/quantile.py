"""Quantile regression with plain tensors and updates by hand."""

import torch


def pinball(residual, quantile):
    return torch.maximum(quantile * residual, (quantile - 1) * residual)


def fit(x, y, quantile=0.9, rounds=200, rate=0.05):
    weight = torch.zeros(x.shape[1], requires_grad=True)
    for _ in range(rounds):
        loss = pinball(y - x @ weight, quantile).mean()
        loss.backward()
        with torch.no_grad():
            weight -= rate * weight.grad
    return weight


if __name__ == "__main__":
    features = torch.randn(500, 3)
    target = features @ torch.tensor([1.0, -2.0, 0.5]) + torch.randn(500)
    print(fit(features, target))
