"""Trains the classifier on made-up digits."""

import torch
import torch.nn.functional as F
from model import Classifier
from torch.utils.data import DataLoader, TensorDataset


def batches(count=256, size=32):
    images = torch.randn(count, 64)
    labels = torch.randint(0, 10, (count,))
    return DataLoader(TensorDataset(images, labels), batch_size=size, shuffle=True)


def train(epochs=2, learning_rate=1e-3):
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        total = 0.0
        for images, labels in batches():
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"epoch {epoch}: {total:.3f}")


if __name__ == "__main__":
    train()
