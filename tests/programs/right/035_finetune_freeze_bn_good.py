"""Gradual unfreezing of a backbone with frozen BatchNorm and discriminative learning rates."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class ConvBlock(nn.Sequential):
    def __init__(self, i, o):
        super().__init__(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True), nn.MaxPool2d(2))


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage1, self.stage2, self.stage3 = ConvBlock(1, 8), ConvBlock(8, 16), ConvBlock(16, 24)

    def forward(self, x):
        return self.stage3(self.stage2(self.stage1(x))).mean(dim=(2, 3))


class FineTuner(nn.Module):
    def __init__(self, backbone, n_classes):
        super().__init__()
        self.backbone = backbone
        self.head = nn.Linear(24, n_classes)
        for p in self.backbone.parameters():
            p.requires_grad = False

    def forward(self, x):
        return self.head(self.backbone(x))

    def train(self, mode=True):
        super().train(mode)
        for m in self.backbone.modules():
            if isinstance(m, nn.BatchNorm2d):
                m.eval()  # keep the pretrained statistics
        return self

    def unfreeze(self, stage):
        params = []
        for m in getattr(self.backbone, stage).modules():
            if isinstance(m, nn.Conv2d):
                for p in m.parameters():
                    p.requires_grad = True
                    params.append(p)
        return params


def shapes(n, classes, noise=0.3):
    y = torch.randint(0, classes, (n,))
    base = torch.stack([torch.sin(torch.arange(16.0) * (c + 1) * 0.4) for c in range(classes)])
    return base[y].view(n, 1, 1, 16).expand(n, 1, 16, 16) + noise * torch.randn(n, 1, 16, 16), y


torch.manual_seed(0)
# pretraining with live BN
pre = nn.Sequential(Backbone(), nn.Linear(24, 6))
opt = torch.optim.Adam(pre.parameters(), lr=3e-3)
for _ in range(25):
    x, y = shapes(48, 6)
    opt.zero_grad()
    F.cross_entropy(pre(x), y).backward()
    opt.step()

model = FineTuner(pre[0], 3)
frozen_before = {n: p.detach().clone() for n, p in model.backbone.named_parameters()}
mean_before = model.backbone.stage1[1].running_mean.clone()
optimizer = torch.optim.AdamW(model.head.parameters(), lr=1e-2)
schedule = {10: "stage3", 20: "stage2"}
for step in range(30):
    model.train()
    if step in schedule:
        optimizer.add_param_group({"params": model.unfreeze(schedule[step]), "lr": 1e-3})
    x, y = shapes(32, 3)
    loss = F.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 10 == 9:
        model.eval()
        with torch.no_grad():
            xv, yv = shapes(128, 3)
            acc = (model(xv).argmax(1) == yv).float().mean().item()
        n_train = sum(p.numel() for p in model.parameters() if p.requires_grad)
        print(f"step {step + 1} loss {loss.item():.3f} acc {acc:.3f} trainable {n_train}")

changed = [n for n, p in model.backbone.named_parameters() if not torch.equal(p, frozen_before[n])]
assert torch.equal(mean_before, model.backbone.stage1[1].running_mean)
print("changed:", changed)
