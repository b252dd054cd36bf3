"""Texture synthesis by matching Gram matrices of a small random conv net (double precision)."""
import argparse
import torch
import torch.nn as nn


def gram(feat):
    b, c, h, w = feat.shape
    flat = feat.reshape(b, c, h * w)
    return flat @ flat.transpose(1, 2) / (c * h * w)


class RandomVGG(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([
            nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU()),
            nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU()),
            nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU()),
        ])
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, x):
        grams = []
        for block in self.blocks:
            x = block(x)
            grams.append(gram(x))
        return grams


def make_canvas(size):
    return torch.rand(1, 3, size, size, requires_grad=True).double()  # expect: AGL402


def synthesize(extractor, style_image, size, iters):
    with torch.no_grad():
        wanted = extractor(style_image)
    canvas = make_canvas(size)
    optimizer = torch.optim.LBFGS([canvas], max_iter=4)  # expect: AGL310  # raises: can't optimize a non-leaf Tensor
    history = []

    def closure():
        optimizer.zero_grad()
        loss = sum(((g - w) ** 2).sum() for g, w in zip(extractor(canvas), wanted)) * 1e3
        loss.backward()
        history.append(loss.item())
        return loss

    for _ in range(iters):
        optimizer.step(closure)
    return canvas.detach().clamp(0, 1), history


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--size", type=int, default=24)
    ap.add_argument("--iters", type=int, default=5)
    args = ap.parse_args([])
    torch.manual_seed(0)
    stripes = (torch.arange(args.size) % 6 < 3).double()
    style = stripes.view(1, 1, 1, -1).expand(1, 3, args.size, args.size).contiguous()
    net = RandomVGG().double()
    image, history = synthesize(net, style, args.size, args.iters)
    print("style loss %.4f -> %.4f" % (history[0], history[-1]))
    assert history[-1] < history[0]
