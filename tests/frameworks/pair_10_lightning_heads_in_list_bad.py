"""Multi-label attribute classifier: one small head per attribute."""
import lightning as L
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

ATTRIBUTES = {"colour": 6, "shape": 3, "size": 2}


class AttributeNet(L.LightningModule):
    def __init__(self, in_dim=40, width=96, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.trunk = nn.Sequential(
            nn.Linear(in_dim, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(0.1), nn.Linear(width, width), nn.ReLU()
        )
        self.heads = [nn.Linear(width, n) for n in ATTRIBUTES.values()]  # expect: AGL411

    def forward(self, x):
        features = self.trunk(x)
        return [head(features) for head in self.heads]

    def _losses(self, batch):
        x, targets = batch
        return [F.cross_entropy(logits, targets[:, i]) for i, logits in enumerate(self(x))]

    def training_step(self, batch, batch_idx):
        opt = self.optimizers()
        losses = self._losses(batch)
        loss = torch.stack(losses).sum()

        opt.zero_grad()
        self.manual_backward(loss)
        opt.step()

        for name, value in zip(ATTRIBUTES, losses):
            self.log(f"train/{name}", value)

    def validation_step(self, batch, batch_idx):
        for name, value in zip(ATTRIBUTES, self._losses(batch)):
            self.log(f"val/{name}", value, prog_bar=True)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


def make_split(n, seed):
    g = torch.Generator().manual_seed(seed)
    targets = torch.stack([torch.randint(0, k, (n,), generator=g) for k in ATTRIBUTES.values()], dim=1)
    codes = torch.cat([F.one_hot(targets[:, i], k) for i, k in enumerate(ATTRIBUTES.values())], dim=1).float()
    mixing = torch.randn(codes.size(1), 40, generator=torch.Generator().manual_seed(0))
    return TensorDataset(codes @ mixing + 0.5 * torch.randn(n, 40, generator=g), targets)


if __name__ == "__main__":
    trainer = L.Trainer(max_epochs=12, accelerator="cpu")
    trainer.fit(
        AttributeNet(),
        DataLoader(make_split(6000, 1), batch_size=64, shuffle=True),
        DataLoader(make_split(1000, 2), batch_size=500),
    )
