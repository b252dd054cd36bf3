"""BYOL (EMA target) and SimSiam (stop-gradient) side by side."""
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def head(i, h, o):
    return nn.Sequential(nn.Linear(i, h), nn.BatchNorm1d(h), nn.ReLU(inplace=True), nn.Linear(h, o))


def neg_cos(p, z):
    return -F.cosine_similarity(p, z.detach(), dim=-1).mean()


class SimSiam(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.encoder = nn.Sequential(head(d, 32, 16), head(16, 16, 16))
        self.predictor = head(16, 8, 16)

    def loss(self, a, b):
        za, zb = self.encoder(a), self.encoder(b)
        return 0.5 * (neg_cos(self.predictor(za), zb) + neg_cos(self.predictor(zb), za))

    def after_step(self):
        pass


class BYOL(nn.Module):
    def __init__(self, d, momentum=0.98):
        super().__init__()
        self.online = nn.Sequential(head(d, 32, 16), head(16, 16, 16))
        self.predictor = head(16, 8, 16)
        self.target = copy.deepcopy(self.online)
        self.target.requires_grad_(False)
        self.m = momentum

    def loss(self, a, b):
        pa, pb = self.predictor(self.online(a)), self.predictor(self.online(b))
        with torch.no_grad():
            ta, tb = self.target(a), self.target(b)
        return neg_cos(pa, tb) + neg_cos(pb, ta)

    @torch.no_grad()
    def after_step(self):
        for o, t in zip(self.online.parameters(), self.target.parameters()):
            t.data.mul_(self.m).add_(o.data, alpha=1 - self.m)
        for o, t in zip(self.online.buffers(), self.target.buffers()):
            t.copy_(o)


def augment(x):
    return x * (torch.rand_like(x) > 0.1) + 0.1 * torch.randn_like(x)


def param_groups(model, wd=1e-4):
    decay, no_decay = [], []
    for p in model.parameters():
        if not p.requires_grad:
            continue
        (no_decay if p.ndim <= 1 else decay).append(p)
    return [{"params": decay, "weight_decay": wd}, {"params": no_decay, "weight_decay": 0.0}]


def pretrain(model, data, epochs=4, bs=64):
    opt = torch.optim.SGD(param_groups(model), lr=0.05, momentum=0.9)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt, epochs)
    for epoch in range(epochs):
        total = 0.0
        chunks = torch.randperm(len(data)).split(bs)
        for idx in chunks:
            x = data[idx]
            loss = model.loss(augment(x), augment(x))
            opt.zero_grad()
            loss.backward()
            opt.step()
            model.after_step()
            total += loss.item()
        sched.step()
        print(type(model).__name__, epoch, round(total / len(chunks), 4))


if __name__ == "__main__":
    torch.manual_seed(0)
    centers = torch.randn(5, 12) * 2
    data = centers[torch.randint(0, 5, (512,))] + 0.3 * torch.randn(512, 12)
    for cls in (SimSiam, BYOL):
        pretrain(cls(12), data)
