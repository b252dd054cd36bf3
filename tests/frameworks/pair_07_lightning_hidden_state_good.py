"""Stateful LSTM language model: the state goes from batch to batch."""
import lightning.pytorch as pl
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class ContiguousText(Dataset):
    """Item i holds the i-th window of every one of `streams` parallel streams."""

    def __init__(self, ids, streams=16, bptt=35):
        per = (len(ids) - 1) // streams
        self.x = ids[: per * streams].view(streams, per)
        self.y = ids[1: per * streams + 1].view(streams, per)
        self.bptt = bptt

    def __len__(self):
        return self.x.size(1) // self.bptt

    def __getitem__(self, i):
        s = slice(i * self.bptt, (i + 1) * self.bptt)
        return self.x[:, s], self.y[:, s]


class StatefulLM(pl.LightningModule):
    def __init__(self, vocab, emb=64, hidden=128, lr=1.0):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.emb = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hidden, num_layers=2, batch_first=True)
        self.head = nn.Linear(hidden, vocab)
        self.hidden = None

    def on_train_epoch_start(self):
        self.hidden = None

    def training_step(self, batch, batch_idx):
        x, y = batch
        opt = self.optimizers()

        out, hidden = self.lstm(self.emb(x), self.hidden)
        self.hidden = tuple(h.detach() for h in hidden)
        loss = F.cross_entropy(self.head(out).flatten(0, 1), y.flatten())

        opt.zero_grad()
        self.manual_backward(loss)
        self.clip_gradients(opt, gradient_clip_val=0.25, gradient_clip_algorithm="norm")
        opt.step()

        self.log("ppl", loss.detach().exp(), prog_bar=True)

    def on_train_epoch_end(self):
        scheduler = self.lr_schedulers()
        scheduler.step(self.trainer.callback_metrics["ppl"])

    def configure_optimizers(self):
        opt = torch.optim.SGD(self.parameters(), lr=self.hparams.lr)
        return [opt], [torch.optim.lr_scheduler.ReduceLROnPlateau(opt, patience=1, factor=0.25)]


def main():
    text = "she sells sea shells by the sea shore and " * 2500
    chars = sorted(set(text))
    ids = torch.tensor([chars.index(c) for c in text])
    loader = DataLoader(ContiguousText(ids), batch_size=None, shuffle=False)
    trainer = pl.Trainer(max_epochs=8, accelerator="auto", devices=1, enable_checkpointing=False)
    trainer.fit(StatefulLM(len(chars)), loader)


if __name__ == "__main__":
    main()
