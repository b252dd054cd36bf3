import argparse

import torch
import torch.nn as nn
import torch.optim as optim
from ignite.engine import Events, create_supervised_evaluator, create_supervised_trainer
from ignite.handlers import (
    Checkpoint,
    DiskSaver,
    EarlyStopping,
    EMAHandler,
    LRScheduler,
    ProgressBar,
    TerminateOnNan,
    global_step_from_engine,
)
from ignite.metrics import Accuracy, Loss, RunningAverage
from torch.utils.data import DataLoader, Dataset


class Waves(Dataset):
    """1-d signals labelled by their dominant frequency."""

    def __init__(self, n, length=128, classes=6, seed=0):
        g = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(classes, (n,), generator=g)
        t = torch.linspace(0, 1, length)
        phase = torch.rand(n, 1, generator=g) * 6.28
        clean = torch.sin(2 * torch.pi * (self.labels.unsqueeze(1) + 1) * t + phase)
        self.signals = (clean + 0.3 * torch.randn(n, length, generator=g)).unsqueeze(1)

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return self.signals[i], self.labels[i]


class Net(nn.Module):
    def __init__(self, classes=6):
        super().__init__()
        self.conv1 = nn.Conv1d(1, 16, 7, padding=3)
        self.conv2 = nn.Conv1d(16, 32, 5, padding=2)
        self.pool = nn.MaxPool1d(2)
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(32 * 32, classes)

    def forward(self, x):
        x = self.pool(self.conv1(x).relu())
        x = self.pool(self.conv2(x).relu())
        return self.fc(self.drop(x.flatten(1)))


def run(args):
    device = "cuda" if torch.cuda.is_available() else "cpu"
    train_loader = DataLoader(Waves(6000), batch_size=args.batch_size, shuffle=True)
    val_loader = DataLoader(Waves(1000, seed=1), batch_size=256)

    model = Net().to(device)
    optimizer = optim.SGD(model.parameters(), lr=args.lr, momentum=0.9, nesterov=True)
    criterion = nn.CrossEntropyLoss()

    trainer = create_supervised_trainer(
        model, optimizer, criterion, device=device, gradient_accumulation_steps=args.accumulate
    )
    RunningAverage(output_transform=lambda loss: loss).attach(trainer, "loss")

    ema = EMAHandler(model, momentum=0.002)
    ema.attach(trainer, name="ema_momentum", event=Events.ITERATION_COMPLETED(every=args.accumulate))

    metrics = {"accuracy": Accuracy(), "nll": Loss(criterion)}
    evaluator = create_supervised_evaluator(ema.ema_model, metrics=metrics, device=device)

    step_lr = optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.3)
    trainer.add_event_handler(Events.EPOCH_STARTED, LRScheduler(step_lr))
    trainer.add_event_handler(Events.ITERATION_COMPLETED, TerminateOnNan())

    pbar = ProgressBar(persist=True)
    pbar.attach(trainer, ["loss"])

    @trainer.on(Events.EPOCH_COMPLETED)
    def validate(engine):
        evaluator.run(val_loader)
        m = evaluator.state.metrics
        pbar.log_message(f"[{engine.state.epoch}] acc {m['accuracy']:.3f} nll {m['nll']:.4f}")

    def score(engine):
        return engine.state.metrics["accuracy"]

    evaluator.add_event_handler(Events.COMPLETED, EarlyStopping(patience=4, score_function=score, trainer=trainer))
    saver = Checkpoint(
        {"model": ema.ema_model, "optimizer": optimizer},
        DiskSaver(args.out, create_dir=True, require_empty=False),
        n_saved=2,
        score_function=score,
        score_name="acc",
        global_step_transform=global_step_from_engine(trainer),
    )
    evaluator.add_event_handler(Events.COMPLETED, saver)

    trainer.run(train_loader, max_epochs=args.epochs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--batch-size", type=int, default=50)
    parser.add_argument("--accumulate", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--out", default="/tmp/ignite_waves")
    run(parser.parse_args())
