import torch
import torch.nn as nn


class DiceLoss(nn.Module):
    def __init__(self, threshold: float = 0.5, smooth: float = 1.0):
        super().__init__()
        self.threshold = threshold
        self.smooth = smooth

    def forward(self, logits: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        probs = logits.sigmoid()
        pred = (probs > self.threshold).float()
        inter = (pred * mask).sum(dim=(1, 2, 3))
        union = pred.sum(dim=(1, 2, 3)) + mask.sum(dim=(1, 2, 3))
        dice = (2 * inter + self.smooth) / (union + self.smooth)
        return 1 - dice.mean()


class UNetish(nn.Module):
    def __init__(self, c: int = 8):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, c, 3, padding=1), nn.ReLU())
        self.mid = nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(c, c, 3, padding=1), nn.ReLU(), nn.Upsample(scale_factor=2))
        self.out = nn.Conv2d(2 * c, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        d = self.down(x)
        return self.out(torch.cat([d, self.mid(d)], dim=1))


def blobs(n: int, size: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    yy, xx = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    centers = torch.randint(4, size - 4, (n, 2))
    d = (yy[None] - centers[:, 0, None, None]) ** 2 + (xx[None] - centers[:, 1, None, None]) ** 2
    mask = (d < 12).float().unsqueeze(1)
    return mask + 0.3 * torch.randn_like(mask), mask


class SegTrainer:
    def __init__(self, model, loss_fn, lr=1e-2):
        self.model, self.loss_fn = model, loss_fn
        self.opt = torch.optim.AdamW(self.model.parameters(), lr=lr)

    def step(self, x, m):
        self.opt.zero_grad()
        loss = self.loss_fn(self.model(x), m)
        loss.backward()  # expect: AGL204  # raises: does not require grad and does not have a grad_fn
        self.opt.step()
        return loss.item()


if __name__ == "__main__":
    torch.manual_seed(0)
    trainer = SegTrainer(UNetish(), DiceLoss())
    for i in range(8):
        print(i, round(trainer.step(*blobs(8)), 4))
