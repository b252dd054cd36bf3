import torch
import torch.nn as nn


class EMABalancer(nn.Module):
    """Divides each loss by its running mean, so that no task dominates."""

    def __init__(self, n_losses, momentum=0.9):
        super().__init__()
        self.momentum = momentum
        self.ema = [None] * n_losses

    def update(self, i, value):
        v = value.detach()
        if self.ema[i] is None:
            self.ema[i] = v
        else:
            self.ema[i] = self.momentum * self.ema[i] + (1 - self.momentum) * v

    def forward(self, losses):
        total = 0.0
        for i, loss in enumerate(losses):
            self.update(i, loss)
            total = total + loss / (self.ema[i] + 1e-8)
        return total


class DepthAndNormals(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())
        self.depth = nn.Conv2d(8, 1, 1)
        self.normals = nn.Conv2d(8, 3, 1)

    def forward(self, img):
        f = self.backbone(img)
        return self.depth(f), nn.functional.normalize(self.normals(f), dim=1)


def make_loader(n_batches, batch):
    for _ in range(n_batches):
        img = torch.rand(batch, 3, 12, 12)
        yield img, img.mean(1, keepdim=True), nn.functional.normalize(img - 0.5, dim=1)


def train(epochs=2):
    model, balancer = DepthAndNormals(), EMABalancer(2)
    opt = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(epochs):
        for img, depth, normals in make_loader(4, 4):
            d, n = model(img)
            l_depth = (d - depth).abs().mean()
            l_norm = 1 - (n * normals).sum(1).mean()
            loss = balancer([l_depth, l_norm])
            opt.zero_grad()
            loss.backward()
            opt.step()
        print("epoch", epoch, "depth", l_depth.item(), "normals", l_norm.item())


torch.manual_seed(5)
train()
