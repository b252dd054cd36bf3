import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


class FakeVGG(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleList([
            nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU()),
            nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU()),
            nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU()),
        ])

    def forward(self, x):
        feats = []
        for stage in self.stages:
            x = stage(x)
            feats.append(x)
        return feats


def gram(f):
    b, c, h, w = f.shape
    f = f.view(b, c, h * w)
    return f @ f.transpose(1, 2) / (c * h * w)


vgg = FakeVGG().eval().requires_grad_(False)
content = torch.rand(1, 3, 32, 32)
style = torch.rand(1, 3, 32, 32)

content_target = vgg(content)[-1]
style_targets = [gram(f) for f in vgg(style)]


def stylize(init, steps=15, style_weight=1e3):
    image = init.detach().clone().requires_grad_(True)
    optimizer = torch.optim.Adam([image], lr=0.02)
    for step in range(steps):
        optimizer.zero_grad()
        feats = vgg(image)
        c_loss = F.mse_loss(feats[-1], content_target)
        s_loss = sum(F.mse_loss(gram(f), t) for f, t in zip(feats, style_targets))
        loss = c_loss + style_weight * s_loss
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            image.clamp_(0, 1)
    print("content", c_loss.item(), "style", s_loss.item())
    return image.detach()


out = stylize(content)
print(out.shape, out.min().item(), out.max().item())
