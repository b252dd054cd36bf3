"""Segmentation with a hand written Ignite process function: AMP, accumulation, clipping."""
from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F
from ignite.engine import Engine, Events
from ignite.handlers import Timer, create_lr_scheduler_with_warmup
from ignite.metrics import ConfusionMatrix, mIoU
from torch.amp import GradScaler, autocast
from torch.nn.utils import clip_grad_norm_
from torch.utils.data import DataLoader, Dataset

CONFIG = dict(lr=3e-4, batch_size=8, accumulation=4, max_norm=1.0, epochs=10, warmup=100)


class Rectangles(Dataset):
    def __init__(self, n=800, size=64):
        self.n, self.size = n, size

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(i)
        image = 0.2 * torch.randn(3, self.size, self.size, generator=g)
        mask = torch.zeros(self.size, self.size, dtype=torch.long)
        for label in (1, 2):
            x0, y0 = torch.randint(0, self.size // 2, (2,), generator=g).tolist()
            w, h = torch.randint(8, self.size // 2, (2,), generator=g).tolist()
            image[label, y0:y0 + h, x0:x0 + w] += 1.0
            mask[y0:y0 + h, x0:x0 + w] = label
        return image, mask


class UNetSmall(nn.Module):
    def __init__(self, classes=3, base=16):
        super().__init__()
        self.down1 = self._block(3, base)
        self.down2 = self._block(base, base * 2)
        self.mid = self._block(base * 2, base * 2)
        self.up = self._block(base * 4, base)
        self.out = nn.Conv2d(base * 2, classes, 1)

    @staticmethod
    def _block(cin, cout):
        return nn.Sequential(
            nn.Conv2d(cin, cout, 3, padding=1, bias=False), nn.GroupNorm(4, cout), nn.SiLU(inplace=True)
        )

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(F.max_pool2d(a, 2))
        c = self.mid(F.max_pool2d(b, 2))
        c = F.interpolate(c, scale_factor=2.0)
        d = self.up(torch.cat([b, c], 1))
        d = F.interpolate(d, scale_factor=2.0)
        return self.out(torch.cat([a, d], 1))


def train_step(engine, batch, *, model, optimizer, scaler, device, cfg):
    model.train()
    image, mask = (t.to(device, non_blocking=True) for t in batch)

    with autocast(device.type, enabled=scaler.is_enabled()):
        loss = F.cross_entropy(model(image), mask)

    scaler.scale(loss / cfg["accumulation"]).backward()

    if engine.state.iteration % cfg["accumulation"] == 0:
        scaler.unscale_(optimizer)
        norm = clip_grad_norm_(model.parameters(), cfg["max_norm"])
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad(set_to_none=True)
        engine.state.grad_norm = float(norm)

    return {"loss": loss.item()}


@torch.no_grad()
def eval_step(engine, batch, *, model, device):
    model.eval()
    image, mask = (t.to(device) for t in batch)
    return model(image), mask


def main(cfg=CONFIG):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = UNetSmall().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=cfg["lr"])
    scaler = GradScaler(device.type, enabled=device.type == "cuda")
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=1000)
    scheduler = create_lr_scheduler_with_warmup(
        cosine, warmup_start_value=0.0, warmup_end_value=cfg["lr"], warmup_duration=cfg["warmup"]
    )

    trainer = Engine(partial(train_step, model=model, optimizer=optimizer, scaler=scaler, device=device, cfg=cfg))
    evaluator = Engine(partial(eval_step, model=model, device=device))
    mIoU(ConfusionMatrix(num_classes=3)).attach(evaluator, "miou")

    trainer.add_event_handler(Events.ITERATION_STARTED, scheduler)
    timer = Timer(average=True)
    timer.attach(trainer, resume=Events.ITERATION_STARTED, pause=Events.ITERATION_COMPLETED,
                 step=Events.ITERATION_COMPLETED)

    losses = []

    @trainer.on(Events.ITERATION_COMPLETED)
    def remember(engine):
        losses.append(engine.state.output["loss"])

    @trainer.on(Events.ITERATION_COMPLETED(every=40))
    def log_iteration(engine):
        print(f"iter {engine.state.iteration}: loss {sum(losses[-40:]) / 40:.4f} "
              f"grad {engine.state.grad_norm:.3f} ({timer.value():.3f}s/it)")

    val_loader = DataLoader(Rectangles(64), batch_size=16)

    @trainer.on(Events.EPOCH_COMPLETED)
    def validate(engine):
        evaluator.run(val_loader)
        print(f"epoch {engine.state.epoch}: mIoU {evaluator.state.metrics['miou']:.3f}")

    loader = DataLoader(Rectangles(), batch_size=cfg["batch_size"], shuffle=True, drop_last=True, num_workers=2)
    trainer.run(loader, max_epochs=cfg["epochs"])


if __name__ == "__main__":
    main()
