import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import ModelCheckpoint
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset


class CopyTask(Dataset):
    """Read a sequence, then reproduce it after the delimiter."""

    def __init__(self, n=5000, length=10, symbols=8):
        self.seq = torch.randint(1, symbols, (n, length))
        self.length = length

    def __len__(self):
        return len(self.seq)

    def __getitem__(self, i):
        s = self.seq[i]
        x = torch.cat([s, torch.zeros(self.length, dtype=torch.long)])
        y = torch.cat([torch.full((self.length,), -100), s])
        return x, y


class CopyRNN(pl.LightningModule):
    def __init__(self, symbols=8, hidden=128, lr=3e-3, max_norm=1.0):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.emb = nn.Embedding(symbols, 32)
        self.rnn = nn.GRU(32, hidden, batch_first=True)
        self.out = nn.Linear(hidden, symbols)

    def forward(self, x):
        h, _ = self.rnn(self.emb(x))
        return self.out(h)

    def loss(self, batch):
        x, y = batch
        return F.cross_entropy(self(x).flatten(0, 1), y.flatten(), ignore_index=-100)

    def training_step(self, batch, batch_idx):
        opt = self.optimizers()
        loss = self.loss(batch)
        opt.zero_grad()
        self.manual_backward(loss)
        opt.step()
        self.clip_gradients(opt, gradient_clip_val=self.hparams.max_norm, gradient_clip_algorithm="norm")  # expect: AGL306
        self.log("train_loss", loss, prog_bar=True)

        if self.trainer.is_last_batch:
            self.lr_schedulers().step()

    def validation_step(self, batch, batch_idx):
        self.log("val_loss", self.loss(batch), prog_bar=True)

    def configure_optimizers(self):
        opt = torch.optim.RMSprop(self.parameters(), lr=self.hparams.lr)
        return [opt], [torch.optim.lr_scheduler.ExponentialLR(opt, 0.95)]


def main():
    pl.seed_everything(11)
    trainer = pl.Trainer(max_epochs=20, callbacks=[ModelCheckpoint(monitor="val_loss")])
    trainer.fit(
        CopyRNN(),
        DataLoader(CopyTask(), batch_size=64, shuffle=True),
        DataLoader(CopyTask(500), batch_size=250),
    )


if __name__ == "__main__":
    main()
