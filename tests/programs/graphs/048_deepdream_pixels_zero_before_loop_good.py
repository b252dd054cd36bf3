import torch
import torch.nn as nn
import torch.nn.functional as F


class Probe:
    """Hooks a layer and remembers its activation."""

    def __init__(self, layer):
        self.handle = layer.register_forward_hook(self._hook)
        self.value = None

    def _hook(self, module, inputs, output):
        self.value = output

    def close(self):
        self.handle.remove()


def total_variation(img):
    return (img[..., 1:, :] - img[..., :-1, :]).abs().mean() + (img[..., 1:] - img[..., :-1]).abs().mean()


def objective(net, probe, img, channel):
    net(img)
    return -probe.value[:, channel].mean() + 0.1 * total_variation(img)


def visualize(net, layer, channel, iters=12, lr=0.05):
    probe = Probe(layer)
    img = torch.randn(1, 3, 20, 20).mul(0.1).requires_grad_(True)
    opt = torch.optim.Adam([img], lr=lr)
    i = 0
    while i < iters:
        start = img.detach().clone()
        opt.zero_grad()
        shift = (i % 3 - 1, i % 2)
        loss = objective(net, probe, torch.roll(img, shift, dims=(2, 3)), channel)
        loss.backward()
        opt.step()
        if i % 4 == 0:
            print(f"{i:3d} activation objective {loss.item():.4f}")
        i += 1
    # gradient of the last objective at the image it was computed for
    start.requires_grad_(True)
    fresh, = torch.autograd.grad(objective(net, probe, torch.roll(start, shift, dims=(2, 3)), channel), start)
    probe.close()
    return img.detach(), F.cosine_similarity(img.grad.flatten(), fresh.flatten(), dim=0), img.grad.norm() / fresh.norm()


torch.manual_seed(0)
cnn = nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.Tanh()).eval()
for p in cnn.parameters():
    p.requires_grad_(False)
picture, cos, ratio = visualize(cnn, cnn[2], channel=4)
print("cosine", cos.item(), "ratio", ratio.item())
assert abs(ratio - 1) < 1e-4
