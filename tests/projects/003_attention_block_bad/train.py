import torch
import torch.nn.functional as F

from nets import SetClassifier


def sample_batch(batch_size=8, size=5, in_dim=4):
    x = torch.randn(batch_size, size, in_dim)
    lengths = torch.randint(1, size + 1, (batch_size,))
    y = (x[:, 0, 0] > 0).long()
    return x, lengths, y


def main():
    torch.manual_seed(0)
    model = SetClassifier(in_dim=4, dim=16, num_classes=2)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for step in range(10):
        x, lengths, y = sample_batch()
        loss = F.cross_entropy(model(x, lengths), y)
        optimizer.zero_grad()
        loss.backward()  # raises: modified by an inplace operation
        optimizer.step()
        if step % 5 == 0:
            print(f"step {step} loss {loss.item():.4f}")


if __name__ == "__main__":
    main()
