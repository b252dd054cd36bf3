import copy
import torch
import torch.nn as nn
import torch.nn.functional as F


class EMA:
    def __init__(self, model, decay):
        self.decay = decay
        self.shadow = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model):
        for k, v in model.state_dict().items():
            if v.dtype.is_floating_point:
                self.shadow[k].mul_(self.decay).add_(v, alpha=1 - self.decay)
            else:
                self.shadow[k].copy_(v)


class no_ema:
    """Temporarily swap in averaged weights."""

    def __init__(self, model, ema):
        self.model, self.ema = model, ema

    def __enter__(self):
        self.backup = copy.deepcopy(self.model.state_dict())
        self.model.load_state_dict(self.ema.shadow)
        return self.model

    def __exit__(self, *exc):
        self.model.load_state_dict(self.backup)


class BYOL(nn.Module):
    def __init__(self, d=16, h=24, tau=0.95):
        super().__init__()
        self.online = nn.Sequential(nn.Linear(d, h), nn.BatchNorm1d(h), nn.ReLU(inplace=True), nn.Linear(h, 8))
        self.target = copy.deepcopy(self.online)
        self.predictor = nn.Sequential(nn.Linear(8, h), nn.ReLU(inplace=True), nn.Linear(h, 8))
        self.tau = tau
        for p in self.target.parameters():
            p.requires_grad = False

    def momentum_update(self):
        for p, t in zip(self.online.parameters(), self.target.parameters()):
            t.mul_(self.tau)
            t += (1 - self.tau) * p.detach()

    def forward(self, a, b):
        p = F.normalize(self.predictor(self.online(a)), dim=-1)
        with torch.no_grad():
            z = F.normalize(self.target(b), dim=-1)
        return (2 - 2 * (p * z).sum(-1)).mean()


def main():
    torch.manual_seed(0)
    model = BYOL()
    ema = EMA(model, 0.9)
    opt = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-3)
    for it in range(4):
        x = torch.randn(32, 16)
        loss = model(x + 0.1 * torch.randn_like(x), x + 0.1 * torch.randn_like(x))
        opt.zero_grad()
        loss.backward()
        opt.step()
        model.momentum_update()
        ema.update(model)
        print(it, loss.item())
    with no_ema(model, ema) as m, torch.no_grad():
        print("ema loss", m(x, x).item())


if __name__ == "__main__":
    main()
