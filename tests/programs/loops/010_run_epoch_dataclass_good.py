"""Waveform classifier; one run_epoch for both training and validation."""
from __future__ import annotations

import dataclasses
import typing as t

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    n_train: int = 96
    n_valid: int = 32
    length: int = 40
    channels: int = 8
    batch_size: int = 16
    epochs: int = 3
    lr: float = 3e-3
    seed: int = 1234


class Waves(Dataset):
    KINDS = ("sine", "square", "saw")

    def __init__(self, n: int, length: int, seed: int):
        self.gen = torch.Generator().manual_seed(seed)
        self.items = [self._make(i % 3, length) for i in range(n)]

    def _make(self, kind: int, length: int):
        freq = 2 + 3 * torch.rand(1, generator=self.gen)
        phase = torch.linspace(0, 1, length) * freq
        if kind == 0:
            sig = torch.sin(2 * torch.pi * phase)
        elif kind == 1:
            sig = torch.sign(torch.sin(2 * torch.pi * phase))
        else:
            sig = 2 * (phase - torch.floor(phase + 0.5))
        sig = sig + 0.1 * torch.randn(length, generator=self.gen)
        return sig.unsqueeze(0), kind

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


def build_model(cfg: TrainConfig) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(1, cfg.channels, 5, padding=2), nn.ReLU(),
        nn.Conv1d(cfg.channels, cfg.channels, 5, padding=2), nn.ReLU(),
        nn.AdaptiveAvgPool1d(4), nn.Flatten(),
        nn.Linear(4 * cfg.channels, len(Waves.KINDS)),
    )


def run_epoch(
    model: nn.Module,
    loader: DataLoader,
    criterion: nn.Module,
    optimizer: t.Optional[torch.optim.Optimizer] = None,
) -> dict[str, float]:
    training = optimizer is not None
    model.train(training)
    loss_sum, hits, seen = 0.0, 0, 0
    with torch.set_grad_enabled(training):
        for signal, kind in loader:
            logits = model(signal)
            loss = criterion(logits, kind)
            if training:
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                optimizer.step()
            loss_sum += loss.item() * len(kind)
            hits += int((logits.argmax(1) == kind).sum())
            seen += len(kind)
    return {"loss": loss_sum / seen, "acc": hits / seen}


def main(cfg: TrainConfig = TrainConfig()) -> None:
    torch.manual_seed(cfg.seed)
    train_loader = DataLoader(Waves(cfg.n_train, cfg.length, 0), cfg.batch_size, shuffle=True)
    valid_loader = DataLoader(Waves(cfg.n_valid, cfg.length, 1), cfg.batch_size)
    model = build_model(cfg)
    optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr)
    criterion = nn.CrossEntropyLoss()

    validation: list[float] = []
    for epoch in range(cfg.epochs):
        tr = run_epoch(model, train_loader, criterion, optimizer)
        va = run_epoch(model, valid_loader, criterion)
        validation.append(va["loss"])
        print(f"{epoch:02d} train {tr['loss']:.4f}/{tr['acc']:.2f} valid {va['loss']:.4f}/{va['acc']:.2f}")

    assert validation[-1] != validation[0]
    assert len(optimizer.state) > 0


if __name__ == "__main__":
    main()
