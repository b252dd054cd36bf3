# Sharpness-aware minimization and weight averaging as fastai callbacks.
import argparse

import numpy as np
from fastai.basics import *
from fastai.callback.all import *
from torch.utils.data import TensorDataset


class SAM(Callback):
    """After the ordinary backward, climb to w + e(w), take the gradient there, and come back.

    `Learner` then calls `opt.step()` with the second gradient.
    """

    run_valid = False
    order = 5

    def __init__(self, rho=0.05):
        self.rho = rho

    def _norm(self, ps):
        return torch.norm(torch.stack([p.grad.norm(p=2) for p in ps]), p=2)

    def after_backward(self):
        ps = [p for p in self.model.parameters() if p.requires_grad and p.grad is not None]
        with torch.no_grad():
            scale = self.rho / (self._norm(ps) + 1e-12)
            steps = [p.grad * scale for p in ps]
            for p, e in zip(ps, steps):
                p.add_(e)

        self.learn.opt.zero_grad()
        loss = self.loss_func(self.model(*self.xb), *self.yb)
        loss.backward()

        with torch.no_grad():
            for p, e in zip(ps, steps):
                p.sub_(e)


class WeightAverage(Callback):
    "Keep a running mean of the weights over the last epochs, use it after training"

    def __init__(self, start_pct=0.75):
        self.start_pct = start_pct

    def before_fit(self):
        self.count, self.avg = 0, None

    def after_step(self):
        if self.pct_train < self.start_pct:
            return
        self.count += 1
        if self.avg is None:
            self.avg = [p.detach().clone() for p in self.model.parameters()]
            return
        for a, p in zip(self.avg, self.model.parameters()):
            a += (p.detach() - a) / self.count

    def after_fit(self):
        if self.avg is None:
            return
        with torch.no_grad():
            for a, p in zip(self.avg, self.model.parameters()):
                p.copy_(a)


class FeatureMLP(Module):
    def __init__(self, n_in, n_out, sizes=(256, 128), p=0.1):
        dims = [n_in, *sizes]
        self.layers = nn.Sequential(*[LinBnDrop(a, b, p=p, act=nn.GELU()) for a, b in zip(dims, dims[1:])])
        self.out = nn.Linear(dims[-1], n_out)

    def forward(self, x):
        return self.out(self.layers(x))


def load(path=None, n=8000):
    if path is not None:
        blob = np.load(path)
        x, y = blob["x"], blob["y"]
    else:
        rng = np.random.default_rng(0)
        x = rng.normal(size=(n, 30))
        y = (np.sin(x[:, 0] * 2) + x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=n) > 0).astype(int)
    x = (x - x.mean(0)) / x.std(0)
    cut = int(0.8 * len(x))
    as_ds = lambda a, b: TensorDataset(torch.tensor(a, dtype=torch.float32), torch.tensor(b).long())
    return as_ds(x[:cut], y[:cut]), as_ds(x[cut:], y[cut:])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--data")
    ap.add_argument("--rho", type=float, default=0.05)
    ap.add_argument("--epochs", type=int, default=10)
    ap.add_argument("--lr", type=float, default=2e-3)
    args = ap.parse_args()

    train_ds, valid_ds = load(args.data)
    dls = DataLoaders.from_dsets(train_ds, valid_ds, bs=128, device=default_device())
    model = FeatureMLP(train_ds.tensors[0].shape[1], 2)
    learn = Learner(
        dls, model, loss_func=nn.CrossEntropyLoss(), opt_func=ranger, metrics=accuracy,
        cbs=[SAM(args.rho), WeightAverage()],
    )
    learn.fit_flat_cos(args.epochs, args.lr, cbs=EarlyStoppingCallback(monitor="valid_loss", patience=4))
    print(learn.validate())


if __name__ == "__main__":
    main()
