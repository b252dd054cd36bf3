"""Grad-CAM with hooks, input saliency, retain_grad on activations, integrated gradients."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class SmallCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 3, padding=1))
        self.act = nn.ReLU()
        self.fc = nn.Linear(16, 2)

    def forward(self, x):
        return self.fc(self.act(self.features(x)).mean((2, 3)))


class GradCAM:
    def __init__(self, model, layer):
        self.model = model
        self.activation, self.gradient = None, None
        self.handle = layer.register_forward_hook(self._save)

    def _save(self, module, inp, out):
        self.activation = out.detach()
        if out.requires_grad:
            out.register_hook(self._save_grad)

    def _save_grad(self, grad):
        self.gradient = grad.detach()

    def __call__(self, x, cls=None):
        self.model.zero_grad()
        logits = self.model(x)
        cls = logits.argmax(1) if cls is None else cls
        logits.gather(1, cls[:, None]).sum().backward()
        weights = self.gradient.mean((2, 3), keepdim=True)
        cam = F.relu((weights * self.activation).sum(1, keepdim=True))
        cam = F.interpolate(cam, x.shape[-2:], mode="bilinear", align_corners=False)
        cam = cam - cam.amin((2, 3), keepdim=True)
        return cam / cam.amax((2, 3), keepdim=True).clamp_min(1e-8)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.handle.remove()
        return False


def saliency(model, x):
    x = x.clone().requires_grad_()
    model(x).max(1).values.sum().backward()
    return x.grad.abs().amax(1)


def integrated_gradients(model, x, cls, steps=16):
    base, total = torch.zeros_like(x), torch.zeros_like(x)
    for a in torch.linspace(1 / steps, 1, steps):
        xi = (base + a * (x - base)).detach().requires_grad_(True)
        out = model(xi).gather(1, cls[:, None]).sum()
        total += torch.autograd.grad(out, xi)[0]
    return (x - base) * total / steps


def make(n):
    x, y = 0.2 * torch.randn(n, 1, 12, 12), torch.randint(0, 2, (n,))
    x[y == 1, :, 2:6, 2:6] += 1.0
    return x, y


torch.manual_seed(0)
model = SmallCNN()
opt = torch.optim.Adam(model.parameters(), 1e-2)
for step in range(50):
    x, y = make(64)
    opt.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    opt.step()
print("train loss", loss.item())

model.eval()
x, _ = make(8)
x[:, :, 2:6, 2:6] = 1.0
with GradCAM(model, model.act) as cam:
    heat = cam(x, torch.ones(8, dtype=torch.long))
print("cam inside", heat[:, :, 2:6, 2:6].mean().item(), "outside", heat[:, :, 8:, 8:].mean().item())
print("saliency", saliency(model, x).mean().item())
ig = integrated_gradients(model, x, torch.ones(8, dtype=torch.long))
print("ig sum", ig.sum((1, 2, 3))[:3].tolist())

feats = model.features(x)
feats.retain_grad()
model.fc(model.act(feats).mean((2, 3)))[:, 1].sum().backward()
print("retained", tuple(feats.grad.shape), feats.grad.norm().item())
model.zero_grad(set_to_none=True)
