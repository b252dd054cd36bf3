"""Sparse denoising autoencoder with skorch in an sklearn pipeline."""
import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
from skorch import NeuralNetRegressor
from skorch.callbacks import Callback, EarlyStopping, Freezer, GradientNormClipping, LRScheduler, Unfreezer
from torch import nn


class AutoEncoder(nn.Module):
    def __init__(self, n_in=64, n_hidden=48, n_code=24, noise=0.2):
        super().__init__()
        self.noise = noise
        self.encoder = nn.Sequential(nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_code), nn.Sigmoid())
        self.decoder = nn.Sequential(nn.Linear(n_code, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_in))

    def forward(self, x):
        if self.training:
            x = x + self.noise * torch.randn_like(x)
        code = self.encoder(x)
        return self.decoder(code), code


class SparseAutoEncoderNet(NeuralNetRegressor):
    def __init__(self, *args, rho=0.05, beta=1e-2, l1=0.0, **kwargs):
        self.rho = rho
        self.beta = beta
        self.l1 = l1
        super().__init__(*args, **kwargs)

    def get_loss(self, y_pred, y_true, *args, **kwargs):
        recon, code = y_pred
        loss = super().get_loss(recon, y_true, *args, **kwargs)
        usage = code.mean(dim=0).clamp(1e-6, 1 - 1e-6)
        kl = self.rho * torch.log(self.rho / usage) + (1 - self.rho) * torch.log((1 - self.rho) / (1 - usage))
        loss += self.beta * kl.sum()
        if self.l1:
            loss += self.l1 * sum(p.abs().sum() for name, p in self.module_.named_parameters() if "weight" in name)
        return loss


class CodeUsage(Callback):
    """Average activation of the code on the validation batches."""

    def on_epoch_begin(self, net, **kwargs):
        self.codes_ = []

    def on_batch_end(self, net, batch=None, training=False, y_pred=None, **kwargs):
        if not training:
            self.codes_.append(y_pred[1].mean().item())

    def on_epoch_end(self, net, **kwargs):
        if self.codes_:
            net.history.record("code_usage", float(np.mean(self.codes_)))


class GradientMonitor(Callback):
    def on_grad_computed(self, net, named_parameters, **kwargs):
        total = sum(p.grad.norm().item() ** 2 for _, p in named_parameters if p.grad is not None)
        net.history.record_batch("grad_norm", total ** 0.5)


def build():
    return SparseAutoEncoderNet(
        AutoEncoder,
        criterion=nn.MSELoss,
        optimizer=torch.optim.Adam,
        optimizer__weight_decay=1e-6,
        lr=2e-3,
        batch_size=64,
        max_epochs=80,
        iterator_train__shuffle=True,
        device="cuda" if torch.cuda.is_available() else "cpu",
        callbacks=[
            ("freeze_decoder", Freezer("decoder.2.*", at=1)),
            ("unfreeze_decoder", Unfreezer("decoder.2.*", at=5)),
            ("clip", GradientNormClipping(gradient_clip_value=1.0)),
            ("monitor", GradientMonitor()),
            ("usage", CodeUsage()),
            ("lr", LRScheduler(torch.optim.lr_scheduler.CosineAnnealingLR, T_max=80)),
            ("stop", EarlyStopping(patience=10)),
        ],
    )


def main():
    torch.manual_seed(0)
    X, y = load_digits(return_X_y=True)
    X = MinMaxScaler().fit_transform(X).astype(np.float32)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

    net = build()
    net.fit(X_train, X_train)

    codes_train = net.forward(X_train)[1].cpu().numpy()
    codes_test = net.forward(X_test)[1].cpu().numpy()
    clf = LogisticRegression(max_iter=2000).fit(codes_train, y_train)
    print("linear probe accuracy:", clf.score(codes_test, y_test))


if __name__ == "__main__":
    main()
