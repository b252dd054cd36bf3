"""Online adaptation with a temporal-consistency penalty on consecutive predictions."""
from __future__ import annotations
import torch
from torch import nn, optim
from torch.nn.functional import mse_loss


class Segmenter(nn.Module):
    def __init__(self, ch: int = 6):
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(3, ch, 3, padding=1), nn.BatchNorm2d(ch), nn.ReLU())
        self.mid = nn.Sequential(nn.Conv2d(ch, ch, 3, padding=1), nn.ReLU())
        self.dec = nn.Conv2d(ch, 1, 1)

    def forward(self, x):
        return self.dec(self.mid(self.enc(x)))


class VideoStream:
    """Slowly drifting frames."""

    def __init__(self, n: int, size: int = 10, seed: int = 0):
        self.gen = torch.Generator().manual_seed(seed)
        self.n, self.size = n, size

    def __iter__(self):
        frame = torch.randn(1, 3, self.size, self.size, generator=self.gen)
        for _ in range(self.n):
            frame = 0.9 * frame + 0.1 * torch.randn(frame.shape, generator=self.gen)
            yield frame, (frame.mean(1, keepdim=True) > 0).float()


class OnlineAdapter:
    def __init__(self, model: nn.Module, lam: float = 0.1, lr: float = 1e-3):
        self.model = model
        self.lam = lam
        self.opt = optim.Adam(model.parameters(), lr=lr)
        self.bce = nn.BCEWithLogitsLoss()
        self.prev: torch.Tensor | None = None
        self.history: list[float] = []

    def loss(self, out, mask):
        loss = self.bce(out, mask)
        if self.prev is not None:
            loss = loss + self.lam * mse_loss(out, self.prev)
        return loss

    def observe(self, frame, mask):
        out = self.model(frame)
        loss = self.loss(out, mask)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.prev = out.detach()
        self.history.append(loss.item())


def main() -> None:
    torch.manual_seed(0)
    adapter = OnlineAdapter(Segmenter())
    for frame, mask in VideoStream(5):
        adapter.observe(frame, mask)
    print(["%.3f" % h for h in adapter.history])


if __name__ == "__main__":
    main()
