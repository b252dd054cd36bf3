"""Matrix factorization with manual optimization and a loss curve."""
import json

import lightning as L
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Ratings(Dataset):
    def __init__(self, n=50_000, users=500, items=300, rank=5, seed=0):
        g = torch.Generator().manual_seed(seed)
        u, v = torch.randn(users, rank, generator=g), torch.randn(items, rank, generator=g)
        self.user = torch.randint(users, (n,), generator=g)
        self.item = torch.randint(items, (n,), generator=g)
        self.rating = (u[self.user] * v[self.item]).sum(1) + 0.2 * torch.randn(n, generator=g)

    def __len__(self):
        return len(self.rating)

    def __getitem__(self, i):
        return self.user[i], self.item[i], self.rating[i]


class MatrixFactorization(L.LightningModule):
    def __init__(self, users=500, items=300, rank=16, lr=5e-3, l2=1e-4):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.user = nn.Embedding(users, rank)
        self.item = nn.Embedding(items, rank)
        self.user_bias = nn.Embedding(users, 1)
        self.item_bias = nn.Embedding(items, 1)
        self.history = []
        self.curve = []

    def forward(self, user, item):
        dot = (self.user(user) * self.item(item)).sum(1)
        return dot + self.user_bias(user).squeeze(1) + self.item_bias(item).squeeze(1)

    def training_step(self, batch, batch_idx):
        opt = self.optimizers()
        user, item, rating = batch
        mse = F.mse_loss(self(user, item), rating)
        reg = self.user(user).pow(2).sum(1).mean() + self.item(item).pow(2).sum(1).mean()
        loss = mse + self.hparams.l2 * reg

        opt.zero_grad()
        self.manual_backward(loss)
        opt.step()

        self.history.append(loss.detach())
        self.log("train_mse", mse, prog_bar=True)

    def on_train_epoch_end(self):
        self.curve.append(torch.stack(self.history[-self.trainer.num_training_batches:]).mean().item())

    def on_train_end(self):
        with open("curve.json", "w") as f:
            json.dump(self.curve, f)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


def main():
    L.seed_everything(13)
    loader = DataLoader(Ratings(), batch_size=512, shuffle=True, num_workers=2)
    trainer = L.Trainer(max_epochs=15, accelerator="auto", devices=1)
    trainer.fit(MatrixFactorization(), loader)


if __name__ == "__main__":
    main()
