import torch

from model import Classifier


def build_model(cfg):
    return Classifier(cfg.in_dim, cfg.width, cfg.pretrain_classes)


def build_optimizer(cfg, model):
    cls = getattr(torch.optim, cfg.name)
    params = [p for p in model.parameters() if p.requires_grad]
    return cls(params, lr=cfg.lr, **cfg.kwargs)
