"""Sharpness-aware minimisation with two forward/backward passes and BN statistics guarded."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class SAM(torch.optim.Optimizer):
    def __init__(self, params, base_optimizer, rho=0.05, **kwargs):
        super().__init__(params, dict(rho=rho, **kwargs))
        self.base_optimizer = base_optimizer(self.param_groups, **kwargs)
        self.param_groups = self.base_optimizer.param_groups

    @torch.no_grad()
    def first_step(self, zero_grad=False):
        norm = self._grad_norm()
        for group in self.param_groups:
            scale = group["rho"] / (norm + 1e-12)
            for p in group["params"]:
                if p.grad is None:
                    continue
                self.state[p]["old_p"] = p.data.clone()
                p.add_(p.grad * scale)
        if zero_grad:
            self.zero_grad()

    @torch.no_grad()
    def second_step(self, zero_grad=False):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                p.data = self.state[p]["old_p"]
        self.base_optimizer.step()
        if zero_grad:
            self.zero_grad()

    def step(self, closure=None):
        raise NotImplementedError("call first_step and second_step")

    def _grad_norm(self):
        return torch.stack([p.grad.norm() for g in self.param_groups for p in g["params"] if p.grad is not None]).norm()


def set_bn_momentum(model, enabled):
    for m in model.modules():
        if isinstance(m, nn.BatchNorm1d):
            if enabled:
                m.momentum = getattr(m, "backup_momentum", m.momentum)
            else:
                m.backup_momentum = m.momentum
                m.momentum = 0


def main():
    torch.manual_seed(0)
    X = torch.randn(512, 10)
    y = (X[:, :3].prod(1) > 0).long()
    model = nn.Sequential(nn.Linear(10, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 2))
    opt = SAM(model.parameters(), torch.optim.SGD, rho=0.05, lr=0.1, momentum=0.9)
    sched = torch.optim.lr_scheduler.CosineAnnealingLR(opt.base_optimizer, T_max=10)
    for epoch in range(10):
        model.train()
        total = 0.0
        for idx in torch.randperm(512).split(64):
            xb, yb = X[idx], y[idx]
            set_bn_momentum(model, True)
            loss = F.cross_entropy(model(xb), yb)
            loss.backward()
            opt.first_step(zero_grad=True)

            set_bn_momentum(model, False)
            F.cross_entropy(model(xb), yb).backward()
            opt.second_step(zero_grad=True)
            total += loss.item()
        sched.step()
        if epoch % 3 == 0:
            model.eval()
            with torch.no_grad():
                acc = (model(X).argmax(1) == y).float().mean()
            print(f"epoch {epoch} loss {total / 8:.4f} acc {acc:.3f}")


if __name__ == "__main__":
    main()
