"""Config + registry + hooks (OpenMMLab-ish), for a small autoencoder."""
import warnings

import torch
from torch import nn


class Registry:
    def __init__(self, name):
        self.name, self._items = name, {}

    def register(self, cls):
        self._items[cls.__name__] = cls
        return cls

    def build(self, cfg, **extra):
        cfg = dict(cfg)
        return self._items[cfg.pop("type")](**cfg, **extra)


MODELS = Registry("models")
HOOKS = Registry("hooks")


@MODELS.register
class DenoisingAE(nn.Module):
    def __init__(self, dim, code, noise):
        super().__init__()
        self.noise = noise
        self.encoder = nn.Sequential(nn.Linear(dim, 32), nn.SiLU(), nn.Linear(32, code))
        self.decoder = nn.Sequential(nn.Linear(code, 32), nn.SiLU(), nn.Linear(32, dim))

    def forward_train(self, x):
        corrupted = x + self.noise * torch.randn_like(x)
        recon = self.decoder(self.encoder(corrupted))
        return {"loss": nn.functional.mse_loss(recon, x)}


class Hook:
    def before_run(self, runner): ...
    def before_epoch(self, runner): ...
    def after_iter(self, runner): ...
    def after_epoch(self, runner): ...


@HOOKS.register
class LrUpdaterHook(Hook):
    def __init__(self, policy, **kwargs):
        self.policy, self.kwargs = policy, kwargs

    def before_run(self, runner):
        cls = getattr(torch.optim.lr_scheduler, self.policy)
        self.scheduler = cls(runner.optimizer, **self.kwargs)

    def after_epoch(self, runner):
        self.scheduler.step()


@HOOKS.register
class OptimizerHook(Hook):
    def after_iter(self, runner):
        runner.optimizer.zero_grad()
        runner.outputs["loss"].backward()
        runner.optimizer.step()


@HOOKS.register
class TextLogger(Hook):
    def after_epoch(self, runner):
        lr = runner.optimizer.param_groups[0]["lr"]
        runner.lr_log.append(lr)
        print(f"epoch {runner.epoch}: loss {runner.outputs['loss'].item():.4f} lr {lr:.5f}")


class EpochRunner:
    def __init__(self, model, optimizer, hooks, max_epochs):
        self.model, self.optimizer, self.hooks = model, optimizer, hooks
        self.max_epochs, self.epoch, self.lr_log = max_epochs, 0, []

    def call(self, name):
        for hook in self.hooks:
            getattr(hook, name)(self)

    def run(self, batches):
        self.call("before_run")
        while self.epoch < self.max_epochs:
            self.call("before_epoch")
            for data in batches:
                self.outputs = self.model.forward_train(data)
                self.call("after_iter")
            self.call("after_epoch")
            self.epoch += 1


def build_optimizer(model, cfg):
    cfg = dict(cfg)
    return getattr(torch.optim, cfg.pop("type"))(model.parameters(), **cfg)


CONFIG = dict(
    model=dict(type="DenoisingAE", dim=12, code=4, noise=0.1),
    optimizer=dict(type="SGD", lr=0.1, momentum=0.9),
    hooks=[
        dict(type="OptimizerHook"),
        dict(type="TextLogger"),
        dict(type="LrUpdaterHook", policy="ExponentialLR", gamma=0.5),
    ],
    max_epochs=4,
)


def main(cfg):
    torch.manual_seed(10)
    model = MODELS.build(cfg["model"])
    optimizer = build_optimizer(model, cfg["optimizer"])
    hooks = [HOOKS.build(h) for h in cfg["hooks"]]
    runner = EpochRunner(model, optimizer, hooks, cfg["max_epochs"])
    data = torch.randn(96, 4) @ torch.randn(4, 12)
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        runner.run(data.split(24))
    order = [m for m in w if "lr_scheduler.step()" in str(m.message)]
    assert not order and runner.lr_log[0] == 0.1


if __name__ == "__main__":
    main(CONFIG)
