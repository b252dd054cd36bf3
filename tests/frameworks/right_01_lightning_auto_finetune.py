"""Fine-tune an image encoder with pytorch_lightning (automatic optimization)."""
import argparse
import copy

import pytorch_lightning as pl
import torch
import torch.nn as nn
import torch.nn.functional as F
from pytorch_lightning.callbacks import BaseFinetuning, Callback, LearningRateMonitor, ModelCheckpoint
from torch.utils.data import DataLoader, Dataset, random_split


class BlobImages(Dataset):
    def __init__(self, n=4096, num_classes=10, size=32):
        g = torch.Generator().manual_seed(0)
        self.y = torch.randint(0, num_classes, (n,), generator=g)
        self.x = torch.randn(n, 3, size, size, generator=g) + self.y.view(-1, 1, 1, 1) * 0.05

    def __len__(self):
        return len(self.y)

    def __getitem__(self, i):
        return self.x[i], self.y[i]


class UnfreezeBackbone(BaseFinetuning):
    def __init__(self, at_epoch=2):
        super().__init__()
        self.at_epoch = at_epoch

    def freeze_before_training(self, pl_module):
        self.freeze(pl_module.backbone)

    def finetune_function(self, pl_module, epoch, optimizer):
        if epoch == self.at_epoch:
            self.unfreeze_and_add_param_group(pl_module.backbone, optimizer, lr=1e-4)


class EMAWeights(Callback):
    def __init__(self, decay=0.999):
        self.decay = decay
        self.shadow = None
        self.backup = None

    def on_fit_start(self, trainer, pl_module):
        self.shadow = {k: v.detach().clone() for k, v in pl_module.state_dict().items()}

    @torch.no_grad()
    def on_before_zero_grad(self, trainer, pl_module, optimizer):
        for k, v in pl_module.state_dict().items():
            if v.dtype.is_floating_point:
                self.shadow[k].mul_(self.decay).add_(v, alpha=1 - self.decay)
            else:
                self.shadow[k].copy_(v)

    def on_validation_epoch_start(self, trainer, pl_module):
        if self.shadow is None:
            return
        self.backup = copy.deepcopy(pl_module.state_dict())
        pl_module.load_state_dict(self.shadow)

    def on_validation_epoch_end(self, trainer, pl_module):
        if self.backup is not None:
            pl_module.load_state_dict(self.backup)
            self.backup = None


class GradNorm(Callback):
    def on_after_backward(self, trainer, pl_module):
        norms = [p.grad.norm() for p in pl_module.parameters() if p.grad is not None]
        if norms:
            pl_module.log("grad_norm", torch.stack(norms).norm())


class Classifier(pl.LightningModule):
    def __init__(self, lr=1e-3, num_classes=10):
        super().__init__()
        self.save_hyperparameters()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.BatchNorm2d(64), nn.ReLU(inplace=True),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        )
        self.head = nn.Linear(64, num_classes)
        self.validation_step_outputs = []

    def forward(self, x):
        return self.head(self.backbone(x))

    def training_step(self, batch, batch_idx):
        x, y = batch
        logits = self(x)
        loss = F.cross_entropy(logits, y, label_smoothing=0.1)
        acc = (logits.argmax(1) == y).float().mean()
        self.log("train_loss", loss, prog_bar=True, on_step=True, on_epoch=True)
        self.log("train_acc", acc)
        return {"loss": loss, "acc": acc}

    def validation_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.validation_step_outputs.append(loss)
        return loss

    def on_validation_epoch_end(self):
        self.log("val_loss", torch.stack(self.validation_step_outputs).mean(), prog_bar=True)
        self.validation_step_outputs.clear()

    def configure_optimizers(self):
        opt = torch.optim.AdamW(filter(lambda p: p.requires_grad, self.parameters()), lr=self.hparams.lr)
        sched = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, mode="min", patience=2)
        return {"optimizer": opt, "lr_scheduler": {"scheduler": sched, "monitor": "val_loss"}}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--epochs", type=int, default=8)
    p.add_argument("--batch-size", type=int, default=64)
    args = p.parse_args()

    pl.seed_everything(1)
    train, val = random_split(BlobImages(), [3584, 512])
    trainer = pl.Trainer(
        max_epochs=args.epochs,
        gradient_clip_val=1.0,
        accumulate_grad_batches=2,
        callbacks=[UnfreezeBackbone(), EMAWeights(), GradNorm(), LearningRateMonitor(),
                   ModelCheckpoint(monitor="val_loss")],
    )
    trainer.fit(Classifier(), DataLoader(train, args.batch_size, shuffle=True), DataLoader(val, args.batch_size))


if __name__ == "__main__":
    main()
