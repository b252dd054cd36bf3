import argparse

import numpy as np
import torch
import torch.nn as nn
from sklearn.datasets import make_moons
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from skorch import NeuralNetClassifier
from skorch.callbacks import Checkpoint, EpochScoring
from skorch.dataset import unpack_data
from skorch.utils import to_tensor


class MLP(nn.Module):
    def __init__(self, width=64, depth=2, dropout=0.1):
        super().__init__()
        layers = []
        n_in = 2
        for _ in range(depth):
            layers += [nn.Linear(n_in, width), nn.ReLU(), nn.Dropout(dropout)]
            n_in = width
        self.body = nn.Sequential(*layers)
        self.out = nn.Linear(width, 2)

    def forward(self, X):
        return self.out(self.body(X))


class AdversarialNet(NeuralNetClassifier):
    """Each step trains on the batch and on its FGSM neighbour.

    ``train_step_single`` only fills gradients; skorch's ``train_step`` zeroes before it
    and steps after it.
    """

    def __init__(self, *args, epsilon=0.1, adv_weight=0.5, **kwargs):
        super().__init__(*args, **kwargs)
        self.epsilon = epsilon
        self.adv_weight = adv_weight

    def fgsm(self, Xi, yi):
        x = to_tensor(Xi, device=self.device).clone().requires_grad_(True)
        loss = self.get_loss(self.infer(x), yi, X=x, training=True)
        (grad,) = torch.autograd.grad(loss, x)
        return (x + self.epsilon * grad.sign()).detach()

    def train_step_single(self, batch, **fit_params):
        self._set_training(True)
        Xi, yi = unpack_data(batch)
        x_adv = self.fgsm(Xi, yi)

        y_pred = self.infer(Xi, **fit_params)
        loss = self.get_loss(y_pred, yi, X=Xi, training=True)
        ((1 - self.adv_weight) * loss).backward()

        adv_loss = self.get_loss(self.infer(x_adv, **fit_params), yi, X=x_adv, training=True)
        (self.adv_weight * adv_loss).backward()
        self.history.record_batch("adv_loss", adv_loss.item())
        return {"loss": loss, "y_pred": y_pred}


class AccumulatingNet(AdversarialNet):
    """Steps once every ``acc_steps`` batches."""

    def __init__(self, *args, acc_steps=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.acc_steps = acc_steps

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        super().on_train_begin(net, X, y, **kwargs)
        self.micro_step_ = 0
        self.optimizer_.zero_grad()

    def get_loss(self, y_pred, y_true, X=None, training=False):
        loss = super().get_loss(y_pred, y_true, X=X, training=training)
        return loss / self.acc_steps if training else loss

    def train_step(self, batch, **fit_params):
        step = self.train_step_single(batch, **fit_params)
        self.micro_step_ += 1
        if self.micro_step_ % self.acc_steps == 0:
            self.optimizer_.step()
            self.optimizer_.zero_grad()
        return step


def robust_accuracy(net, ds, y=None):
    X, y = np.stack([np.asarray(x) for x, _ in ds]), np.array([int(t) for _, t in ds])
    net.module_.eval()
    x_adv = net.fgsm(torch.as_tensor(X), torch.as_tensor(y))
    with torch.no_grad():
        pred = net.infer(x_adv).argmax(1).cpu().numpy()
    return float((pred == y).mean())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--search", action="store_true")
    args = parser.parse_args()

    X, y = make_moons(2000, noise=0.2, random_state=0)
    X, y = X.astype(np.float32), y.astype(np.int64)
    net = AccumulatingNet(
        MLP,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.AdamW,
        lr=3e-3,
        max_epochs=args.epochs,
        batch_size=32,
        acc_steps=2,
        iterator_train__shuffle=True,
        callbacks=[EpochScoring(robust_accuracy, lower_is_better=False), Checkpoint(dirname="moons-ckpt")],
    )
    if args.search:
        pipe = Pipeline([("scale", StandardScaler()), ("net", net.set_params(callbacks=None, verbose=0))])
        search = GridSearchCV(pipe, {"net__epsilon": [0.0, 0.1, 0.3], "net__acc_steps": [1, 4]}, cv=3)
        search.fit(X, y)
        print(search.best_params_, search.best_score_)
    else:
        net.fit(X, y)
        print("mean confidence", net.predict_proba(X).max(axis=1).mean())


if __name__ == "__main__":
    main()
