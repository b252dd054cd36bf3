"""Mixed precision (bf16 autocast + GradScaler) CPU training of a small convnet."""
import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F


class SmallConv(nn.Module):
    def __init__(self, n_classes=3):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.fc = nn.Linear(16, n_classes)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        return self.fc(x.mean(dim=(2, 3)))


def fake_batch(bs):
    y = torch.randint(0, 3, (bs,))
    x = torch.randn(bs, 1, 8, 8) + y.view(-1, 1, 1, 1).float()
    return x, y


def train_one_epoch(model, optimizer, scaler, args):
    model.train()
    max_move = 0.0
    for _ in range(args.steps):
        x, y = fake_batch(args.batch_size)
        before = model.fc.weight.detach().clone()
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(x)
            loss = F.cross_entropy(logits.float(), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        max_move = max(max_move, (model.fc.weight.detach() - before).abs().max().item())
    return loss.item(), max_move


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--steps", type=int, default=1)
    args = parser.parse_args([])
    torch.manual_seed(10)
    model = SmallConv()
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0 ** 14)
    loss, move = train_one_epoch(model, optimizer, scaler, args)
    print(f"loss {loss:.4f} largest weight change {move:.4g}")
    assert move < 0.5


if __name__ == "__main__":
    main()
