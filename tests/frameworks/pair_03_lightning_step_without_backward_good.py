import lightning as L
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class SineWindows(Dataset):
    def __init__(self, n=4000, window=32, horizon=4):
        self.window = window
        t = torch.arange(n + window + horizon) * 0.1
        self.series = torch.sin(t) + 0.5 * torch.sin(2.7 * t) + 0.05 * torch.randn(len(t))
        self.n, self.horizon = n, horizon

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        mid = i + self.window
        return self.series[i:mid], self.series[mid:mid + self.horizon]


class Forecaster(L.LightningModule):
    def __init__(self, window=32, horizon=4, hidden=64):
        super().__init__()
        self.automatic_optimization = False
        self.net = nn.Sequential(
            nn.Linear(window, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, horizon)
        )

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        opt = self.optimizers()
        x, y = batch

        opt.zero_grad()
        loss = F.smooth_l1_loss(self(x), y)
        self.manual_backward(loss)
        opt.step()

        self.log("train_loss", loss, prog_bar=True)
        return loss

    def on_train_epoch_end(self):
        self.lr_schedulers().step()

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_mae", F.l1_loss(self(x), y), prog_bar=True)

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=2e-3, weight_decay=1e-3)
        return {
            "optimizer": optimizer,
            "lr_scheduler": torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5),
        }


def main():
    L.seed_everything(2)
    train = DataLoader(SineWindows(), batch_size=64, shuffle=True)
    val = DataLoader(SineWindows(500), batch_size=250)
    trainer = L.Trainer(max_epochs=20, log_every_n_steps=10)
    trainer.fit(Forecaster(), train, val)


if __name__ == "__main__":
    main()
