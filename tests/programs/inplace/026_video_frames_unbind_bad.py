import argparse

import torch
import torch.nn as nn


class FrameEncoder(nn.Module):
    def __init__(self, channels, dim):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(channels, 8, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.LazyLinear(dim))

    def forward(self, clip):
        b, t = clip.shape[:2]
        return self.net(clip.flatten(0, 1)).view(b, t, -1)


class VideoClassifier(nn.Module):
    def __init__(self, dim=16, max_frames=8, classes=3):
        super().__init__()
        self.encoder = FrameEncoder(3, dim)
        self.temporal = nn.Embedding(max_frames, dim)
        self.score = nn.Linear(dim, 1)
        self.head = nn.Linear(dim, classes)

    def add_time(self, feats):
        frames = []
        for t, frame in enumerate(feats.unbind(dim=1)):
            frame.add_(self.temporal.weight[t])  # expect: AGL103  # raises: is a view and is being modified inplace
            frames.append(frame)
        return torch.stack(frames, dim=1)

    def forward(self, clip):
        h = self.add_time(self.encoder(clip))
        w = self.score(torch.tanh(h)).softmax(dim=1)
        return self.head((w * h).sum(1))


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--lr", type=float, default=1e-3)
    p.add_argument("--frames", type=int, default=6)
    p.add_argument("--iters", type=int, default=3)
    return p.parse_args()


def main():
    args = get_args()
    torch.manual_seed(0)
    model = VideoClassifier()
    model.encoder(torch.zeros(1, 1, 3, 8, 8))
    opt = torch.optim.Adam(model.parameters(), lr=args.lr)
    loss_fn = nn.CrossEntropyLoss()
    for i in range(args.iters):
        clip = torch.randn(4, args.frames, 3, 8, 8)
        label = torch.randint(0, 3, (4,))
        loss = loss_fn(model(clip), label)
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(f"[{i + 1}/{args.iters}] {loss.item():.4f}")


if __name__ == "__main__":
    main()
