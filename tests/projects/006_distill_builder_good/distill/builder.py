import importlib

import torch

from .registry import create


def build_networks(cfg):
    importlib.import_module(cfg.zoo)
    dims = {"in_dim": cfg.in_dim, "num_classes": cfg.num_classes}
    teacher = create(cfg.teacher, **dims)
    teacher.requires_grad_(False)
    teacher.eval()
    student = create(cfg.student, **dims)
    return teacher, student


def build_optimizer(cfg, model):
    return torch.optim.SGD(model.parameters(), lr=cfg.lr)


def build(cfg):
    networks = build_networks(cfg)
    return networks, build_optimizer(cfg, networks[1])
