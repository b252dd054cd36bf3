"""Universal adversarial patch: the patch is prepared in place before it becomes a leaf with grad."""
import torch
from torch import nn
import torch.nn.functional as F


def make_patch(size, seed=0):
    patch = torch.zeros(3, size, size)
    patch += 0.5
    patch[:, ::2, ::2] = 0.8
    patch[0].add_(torch.randn(size, size, generator=torch.Generator().manual_seed(seed)) * 0.05)
    patch.clamp_(0, 1)
    patch.requires_grad_()
    return patch


class Victim(nn.Module):
    def __init__(self, k=4):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2), nn.ReLU(inplace=True), nn.Conv2d(8, 8, 3, 2), nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, k))

    def forward(self, x):
        return self.net(x)


def paste(images, patch, corner):
    out = images.clone()
    r, c = corner
    s = patch.size(-1)
    out[:, :, r:r + s, c:c + s] = patch
    return out


def optimise(victim, patch, images, target, steps, lr=0.05):
    for p in victim.parameters():
        p.requires_grad_(False)
    for i in range(steps):
        corner = torch.randint(0, 10, (2,)).tolist()
        logits = victim(paste(images, patch, corner))
        loss = F.cross_entropy(logits, torch.full((len(images),), target))
        loss.backward()
        with torch.no_grad():
            patch -= lr * patch.grad.sign()
            patch.clamp_(0, 1)
        patch.grad.zero_()
        print(i, f"{loss.item():.4f}")
    return patch.detach()


if __name__ == "__main__":
    torch.manual_seed(0)
    final = optimise(Victim().eval(), make_patch(6), torch.rand(5, 3, 16, 16), target=2, steps=4)
    print(final.mean().item())
