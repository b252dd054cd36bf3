"""Fine-tuning a pretrained backbone on a new label set."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Backbone(nn.Module):
    def __init__(self, n_classes=100):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
            nn.AdaptiveAvgPool2d(2), nn.Flatten(),
        )
        self.head = nn.Linear(32, n_classes)

    def forward(self, x):
        return self.head(self.features(x))


def load_pretrained():
    torch.manual_seed(0)
    return Backbone(100)


def make_optimizer(model, cfg):
    decay = [p for p in model.parameters() if p.ndim > 1]
    no_decay = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decay, "weight_decay": cfg["wd"]},
              {"params": no_decay, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=cfg["lr"])


def replace_head(model, n_classes):
    model.head = nn.Linear(model.head.in_features, n_classes)
    return model


def finetune(cfg):
    model = load_pretrained()
    model = replace_head(model, cfg["n_classes"])
    optimizer = make_optimizer(model, cfg)
    start = model.head.weight.detach().clone()
    model.train()
    for step in range(cfg["steps"]):
        y = torch.randint(0, cfg["n_classes"], (16,))
        x = torch.randn(16, 3, 8, 8) + y.view(-1, 1, 1, 1) * 0.5
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 5 == 0:
            print(f"step {step:02d} loss {loss.item():.4f}")
    return torch.equal(start, model.head.weight)


if __name__ == "__main__":
    frozen = finetune({"lr": 1e-3, "wd": 1e-2, "n_classes": 5, "steps": 15})
    assert not frozen
