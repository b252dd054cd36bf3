"""Distillation with Catalyst: frozen teacher, student stem unfrozen by a callback, manual engine.backward."""
from typing import Dict

import torch
import torch.nn.functional as F
from catalyst import dl, metrics, utils
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.utils.data import DataLoader, TensorDataset

NUM_CLASSES = 8


class TextCNN(nn.Module):
    def __init__(self, vocab: int = 500, dim: int = 64, channels: int = 64):
        super().__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=0)
        self.convs = nn.ModuleList([nn.Conv1d(dim, channels, k, padding=k // 2) for k in (3, 5, 7)])
        self.fc = nn.Linear(3 * channels, NUM_CLASSES)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.embed(ids).transpose(1, 2)
        pooled = [F.relu(conv(x)).amax(dim=2) for conv in self.convs]
        return self.fc(torch.cat(pooled, dim=1))


class UnfreezeCallback(dl.Callback):
    def __init__(self, epoch: int, prefix: str):
        super().__init__(order=dl.CallbackOrder.External)
        self.epoch = epoch
        self.prefix = prefix

    def on_experiment_start(self, runner: dl.IRunner) -> None:
        self._toggle(runner, False)

    def on_epoch_start(self, runner: dl.IRunner) -> None:
        if runner.epoch_step == self.epoch:
            self._toggle(runner, True)

    def _toggle(self, runner, flag):
        for name, p in runner.model["student"].named_parameters():
            if name.startswith(self.prefix):
                p.requires_grad = flag


class DistillRunner(dl.Runner):
    def __init__(self, accumulate: int = 2, temperature: float = 3.0, alpha: float = 0.5):
        super().__init__()
        self.accumulate = accumulate
        self.temperature = temperature
        self.alpha = alpha
        self.loss_history = []

    def on_loader_start(self, runner):
        super().on_loader_start(runner)
        self.model["teacher"].eval()
        self.meters: Dict[str, metrics.AdditiveMetric] = {
            k: metrics.AdditiveMetric(compute_on_call=False) for k in ("loss", "kd", "ce", "accuracy")
        }

    def handle_batch(self, batch):
        ids, target = batch
        with torch.no_grad():
            teacher_logits = self.model["teacher"](ids)
        logits = self.model["student"](ids)

        t = self.temperature
        kd = F.kl_div(
            F.log_softmax(logits / t, 1), F.log_softmax(teacher_logits / t, 1), reduction="batchmean", log_target=True
        ) * t**2
        ce = self.criterion(logits, target)
        loss = self.alpha * kd + (1 - self.alpha) * ce
        accuracy = (logits.argmax(1) == target).float().mean()

        self.batch_metrics.update({"loss": loss, "kd": kd, "ce": ce, "accuracy": accuracy})
        for key, meter in self.meters.items():
            meter.update(self.batch_metrics[key].item(), self.batch_size)

        if self.is_train_loader:
            self.loss_history.append(loss.item())
            self.engine.backward(loss / self.accumulate)
            if self.loader_batch_step % self.accumulate == 0:
                nn.utils.clip_grad_norm_(self.model["student"].parameters(), 1.0)
                self.optimizer.step()
                self.optimizer.zero_grad()
                self.scheduler.step()

    def on_loader_end(self, runner):
        for key, meter in self.meters.items():
            self.loader_metrics[key] = meter.compute()[0]
        super().on_loader_end(runner)


def make_loader(n, seed, train):
    g = torch.Generator().manual_seed(seed)
    target = torch.randint(NUM_CLASSES, (n,), generator=g)
    ids = torch.randint(1, 500, (n, 40), generator=g)
    ids[:, ::4] = target.unsqueeze(1) * 50 + torch.randint(1, 50, (n, 10), generator=g)
    return DataLoader(TensorDataset(ids, target), batch_size=100, shuffle=train)


def main(teacher_path: str = "teacher.pth", epochs: int = 10, accumulate: int = 2):
    utils.set_global_seed(42)
    teacher = TextCNN(channels=256)
    teacher.load_state_dict(torch.load(teacher_path, map_location="cpu"))
    teacher.requires_grad_(False)
    student = TextCNN(channels=32)

    loaders = {"train": make_loader(8000, 0, True), "valid": make_loader(1000, 1, False)}
    optimizer = torch.optim.SGD(student.parameters(), lr=0.05, momentum=0.9)
    scheduler = OneCycleLR(optimizer, max_lr=0.1, total_steps=epochs * len(loaders["train"]) // accumulate + 1)

    runner = DistillRunner(accumulate)
    runner.train(
        model={"teacher": teacher, "student": student},
        criterion=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        scheduler=scheduler,
        loaders=loaders,
        callbacks=[UnfreezeCallback(epoch=3, prefix="embed")],
        num_epochs=epochs,
        logdir="./logs/distill",
        valid_loader="valid",
        valid_metric="accuracy",
        minimize_valid_metric=False,
        verbose=True,
    )


if __name__ == "__main__":
    main()
