"""Mixed-precision segmentation of blobs with a miniature U-Net."""
import torch
from torch import nn
from torch.amp import GradScaler, autocast


def block(cin, cout):
    return nn.Sequential(nn.Conv2d(cin, cout, 3, padding=1), nn.GroupNorm(2, cout), nn.ReLU(inplace=True))


class UNet(nn.Module):
    def __init__(self, base=8):
        super().__init__()
        self.enc = block(1, base)
        self.mid = block(base, base * 2)
        self.up = nn.ConvTranspose2d(base * 2, base, 2, stride=2)
        self.dec = block(base * 2, base)
        self.out = nn.Conv2d(base, 1, 1)

    def forward(self, x):
        e = self.enc(x)
        m = self.mid(nn.functional.max_pool2d(e, 2))
        return self.out(self.dec(torch.cat([e, self.up(m)], dim=1)))


def dice_loss(logits, mask, eps=1.0):
    p = logits.float().sigmoid()
    inter = (p * mask).sum((1, 2, 3))
    return 1 - ((2 * inter + eps) / (p.sum((1, 2, 3)) + mask.sum((1, 2, 3)) + eps)).mean()


def combined(logits, mask):
    bce = nn.functional.binary_cross_entropy_with_logits(logits.float(), mask)
    return bce + dice_loss(logits, mask)


def blobs(n, size=16, generator=None):
    yy, xx = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    c = torch.randint(4, size - 4, (n, 2), generator=generator)
    r = torch.randint(2, 5, (n,), generator=generator)
    dist = (yy - c[:, 0, None, None]) ** 2 + (xx - c[:, 1, None, None]) ** 2
    mask = (dist < r[:, None, None] ** 2).float().unsqueeze(1)
    return mask + 0.4 * torch.randn(mask.shape, generator=generator), mask


def train_one_epoch(model, batches, optimizer, scaler, max_norm):
    model.train()
    total = 0.0
    for images, masks in batches:
        optimizer.zero_grad(set_to_none=True)
        with autocast("cpu", dtype=torch.bfloat16):
            logits = model(images)
        loss = combined(logits, masks)
        scaler.scale(loss).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)  # expect: AGL306
        scaler.step(optimizer)
        scaler.update()
        total += loss.item()
    return total / len(batches)


def mean_iou(model, images, masks):
    model.eval()
    with torch.no_grad():
        pred = model(images) > 0
    m = masks.bool()
    inter = (pred & m).sum((1, 2, 3)).float()
    union = (pred | m).sum((1, 2, 3)).clamp(min=1).float()
    return (inter / union).mean().item()


def main():
    torch.manual_seed(77)
    gen = torch.Generator().manual_seed(77)
    batches = [blobs(8, generator=gen) for _ in range(6)]
    held_out = blobs(12, generator=gen)

    model = UNet()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scaler = GradScaler("cpu")

    norms = []

    def spy(opt, args, kwargs):
        norms.append(torch.stack([p.grad.norm() for p in model.parameters()]).norm().item())

    optimizer.register_step_pre_hook(spy)
    for epoch in range(3):
        loss = train_one_epoch(model, batches, optimizer, scaler, max_norm=1.0)
        print(f"epoch {epoch}: loss {loss:.4f} iou {mean_iou(model, *held_out):.3f}")

    print("norms applied:", [f"{n:.2e}" for n in norms[:4]])
    assert max(norms) < 1e-4


if __name__ == "__main__":
    main()
