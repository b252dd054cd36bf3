import torch
from torch import nn


def build_model(cfg):
    return nn.Sequential(
        nn.Linear(cfg.features, cfg.hidden),
        nn.SiLU(),
        nn.Linear(cfg.hidden, 1),
    )


def build_optimizer(cfg, model):
    factory = getattr(torch.optim, cfg.optimizer)
    return factory(model.parameters(), lr=cfg.lr)
