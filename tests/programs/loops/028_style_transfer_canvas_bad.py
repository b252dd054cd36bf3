"""Gram-matrix style transfer, optimising the pixels directly."""
import torch
import torch.nn.functional as F
from torch import nn


class RandomFeatures(nn.Module):
    """Untrained conv stack standing in for VGG."""

    def __init__(self, widths=(8, 12, 16)):
        super().__init__()
        chans = (3, *widths)
        self.stages = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in zip(chans, chans[1:]))
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, x):
        maps = []
        for i, conv in enumerate(self.stages):
            x = F.relu(conv(x))
            maps.append(x)
            if i < len(self.stages) - 1:
                x = F.avg_pool2d(x, 2)
        return maps


def gram(fmap):
    b, c, h, w = fmap.shape
    flat = fmap.reshape(b, c, h * w)
    return flat @ flat.transpose(1, 2) / (c * h * w)


def total_variation(img):
    dx = (img[..., :, 1:] - img[..., :, :-1]).abs().mean()
    dy = (img[..., 1:, :] - img[..., :-1, :]).abs().mean()
    return dx + dy


def checkerboard(size, cell):
    r = torch.arange(size) // cell
    board = ((r[:, None] + r[None, :]) % 2).float()
    return torch.stack([board, 1 - board, 0.5 * board]).unsqueeze(0)


def radial(size):
    ax = torch.linspace(-1, 1, size)
    rad = (ax[:, None] ** 2 + ax[None, :] ** 2).sqrt().clamp(max=1)
    return torch.stack([rad, 1 - rad, rad * 0.3]).unsqueeze(0)


def stylize(content, style, steps=40, style_weight=1e3, tv_weight=1e-2, lr=0.03):
    extractor = RandomFeatures().eval()
    content_feats = extractor(content)
    style_grams = [gram(f) for f in extractor(style)]

    canvas = torch.randn_like(content, requires_grad=True) * 0.1 + content
    optimizer = torch.optim.Adam([canvas], lr=lr)  # expect: AGL310  # raises: can't optimize a non-leaf

    history = []
    for step in range(steps):
        feats = extractor(canvas)
        c_loss = F.mse_loss(feats[-1], content_feats[-1])
        s_loss = sum(F.mse_loss(gram(f), g) for f, g in zip(feats, style_grams))
        loss = c_loss + style_weight * s_loss + tv_weight * total_variation(canvas)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            canvas.clamp_(0, 1)

        history.append(loss.item())
        if step % 10 == 0:
            print(f"step {step}: content {c_loss.item():.5f} style {s_loss.item():.6f}")
    return canvas.detach(), history


if __name__ == "__main__":
    torch.manual_seed(14)
    picture, history = stylize(radial(16), checkerboard(16, 2))
    print(f"loss {history[0]:.4f} -> {history[-1]:.4f}, pixel range "
          f"[{picture.min().item():.2f}, {picture.max().item():.2f}]")
    assert history[-1] < history[0]
