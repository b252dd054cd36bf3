"""Knowledge distillation with Accelerate: frozen teacher, EMA student, warm freeze of the stem."""
from copy import deepcopy
from dataclasses import dataclass

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


@dataclass
class Config:
    epochs: int = 12
    freeze_epochs: int = 2
    lr: float = 0.05
    temperature: float = 4.0
    alpha: float = 0.7
    ema_decay: float = 0.995
    batch_size: int = 128


def conv_bn(cin, cout, stride):
    return nn.Sequential(
        nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout), nn.ReLU(inplace=True)
    )


class ConvNet(nn.Module):
    def __init__(self, widths, num_classes=20):
        super().__init__()
        self.stem = conv_bn(3, widths[0], 1)
        self.stages = nn.ModuleList(conv_bn(a, b, 2) for a, b in zip(widths[:-1], widths[1:]))
        self.classifier = nn.Linear(widths[-1], num_classes)

    def forward(self, x):
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.classifier(x.mean((2, 3)))


class EMA:
    def __init__(self, model, decay):
        self.module = deepcopy(model).eval()
        self.module.requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, model):
        for ema_v, v in zip(self.module.state_dict().values(), model.state_dict().values()):
            if ema_v.is_floating_point():
                ema_v.lerp_(v, 1 - self.decay)
            else:
                ema_v.copy_(v)


def build_loaders(cfg):
    y = torch.randint(0, 20, (6000,))
    x = torch.randn(6000, 3, 24, 24) + 0.1 * torch.randn(20, 3, 24, 24)[y]
    train, val = TensorDataset(x[:5000], y[:5000]), TensorDataset(x[5000:], y[5000:])
    return DataLoader(train, cfg.batch_size, shuffle=True, drop_last=True), DataLoader(val, 256)


def distill_loss(student_logits, teacher_logits, target, cfg):
    t = cfg.temperature
    soft = F.kl_div(
        F.log_softmax(student_logits / t, dim=1), F.softmax(teacher_logits / t, dim=1), reduction="batchmean"
    )
    return cfg.alpha * t * t * soft + (1 - cfg.alpha) * F.cross_entropy(student_logits, target)


def accuracy(accelerator, model, loader):
    model.eval()
    correct, seen = 0, 0
    for x, y in loader:
        with torch.inference_mode():
            pred = model(x).argmax(-1)
        pred, y = accelerator.gather_for_metrics((pred, y))
        correct += (pred == y).sum().item()
        seen += y.numel()
    return correct / seen


def main():
    cfg = Config()
    accelerator = Accelerator(kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)])
    train_loader, val_loader = build_loaders(cfg)

    teacher = ConvNet([32, 64, 128, 256])
    teacher.eval()
    for p in teacher.parameters():
        p.requires_grad_(False)
    student = ConvNet([16, 32, 64])

    optimizer = torch.optim.SGD(student.parameters(), lr=cfg.lr, momentum=0.9, weight_decay=5e-4)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=cfg.epochs)
    student, optimizer, train_loader, val_loader = accelerator.prepare(student, optimizer, train_loader, val_loader)
    teacher.to(accelerator.device)
    ema = EMA(accelerator.unwrap_model(student), cfg.ema_decay)

    for epoch in range(cfg.epochs):
        for p in accelerator.unwrap_model(student).stem.parameters():
            p.requires_grad = epoch >= cfg.freeze_epochs

        student.train()
        running = torch.zeros((), device=accelerator.device)
        for x, y in train_loader:
            with torch.no_grad():
                teacher_logits = teacher(x)
            loss = distill_loss(student(x), teacher_logits, y, cfg)
            accelerator.backward(loss)
            accelerator.clip_grad_norm_(student.parameters(), 5.0)
            optimizer.step()
            optimizer.zero_grad()
            ema.update(accelerator.unwrap_model(student))
            running += loss.detach()
        scheduler.step()

        acc = accuracy(accelerator, student, val_loader)
        ema_acc = accuracy(accelerator, ema.module, val_loader)
        accelerator.print(f"{epoch:02d} loss {running.item() / len(train_loader):.3f} acc {acc:.3f} ema {ema_acc:.3f}")


if __name__ == "__main__":
    main()
