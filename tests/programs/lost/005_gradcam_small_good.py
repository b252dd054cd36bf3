"""Grad-CAM for a small CNN trained on 'blob in quadrant' images."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class SmallCNN(nn.Module):
    def __init__(self, n_classes=4):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc = nn.Linear(16 * 4 * 4, n_classes)

    def features(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        return F.relu(self.conv2(x))

    def classify(self, fmap):
        return self.fc(F.max_pool2d(fmap, 2).flatten(1))

    def forward(self, x):
        return self.classify(self.features(x))


def blobs(n):
    y = torch.randint(0, 4, (n,))
    x = 0.1 * torch.randn(n, 1, 16, 16)
    for i, q in enumerate(y.tolist()):
        r, c = 8 * (q // 2) + 2, 8 * (q % 2) + 2
        x[i, 0, r:r + 4, c:c + 4] += 1.0
    return x, y


def grad_cam(model, image, target=None):
    model.eval()
    model.zero_grad()
    fmap = model.features(image.unsqueeze(0))
    fmap.retain_grad()
    logits = model.classify(fmap)
    if target is None:
        target = logits.argmax(1).item()
    logits[0, target].backward()
    weights = fmap.grad.mean(dim=(2, 3), keepdim=True)
    cam = F.relu((weights * fmap.detach()).sum(1, keepdim=True))
    cam = F.interpolate(cam, size=image.shape[-2:], mode="bilinear", align_corners=False)
    return (cam / (cam.max() + 1e-8)).squeeze(), target


torch.manual_seed(0)
model = SmallCNN()
opt = torch.optim.Adam(model.parameters(), lr=3e-3)
for step in range(60):
    x, y = blobs(64)
    opt.zero_grad(set_to_none=True)
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    opt.step()
print("train loss", round(loss.item(), 4))

x, y = blobs(1)
cam, cls = grad_cam(model, x[0])
print("class", cls, "true", y.item(), "cam peak at", divmod(cam.argmax().item(), 16))
assert cam.shape == (16, 16)
