import torch
import torch.nn as nn
import torch.nn.functional as F


class SAM(torch.optim.Optimizer):
    def __init__(self, params, base_optimizer, rho=0.05, **kwargs):
        super().__init__(params, dict(rho=rho, **kwargs))
        self.base_optimizer = base_optimizer(self.param_groups, **kwargs)
        self.param_groups = self.base_optimizer.param_groups

    @torch.no_grad()
    def first_step(self, zero_grad=False):
        norm = torch.stack([p.grad.norm() for g in self.param_groups for p in g["params"]]).norm()
        for group in self.param_groups:
            scale = group["rho"] / (norm + 1e-12)
            for p in group["params"]:
                e_w = p.grad * scale
                p.add_(e_w)
                self.state[p]["e_w"] = e_w
        if zero_grad:
            self.zero_grad()

    @torch.no_grad()
    def second_step(self, zero_grad=False):
        for group in self.param_groups:
            for p in group["params"]:
                p.sub_(self.state[p]["e_w"])
        self.base_optimizer.step()
        if zero_grad:
            self.zero_grad()


def smooth_ce(pred, gold, smoothing=0.1):
    return F.cross_entropy(pred, gold, label_smoothing=smoothing)


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 4))
optimizer = SAM(model.parameters(), torch.optim.SGD, rho=0.05, lr=0.1)
data = torch.randn(96, 12)
labels = data[:, :4].argmax(1)

for epoch in range(3):
    for inputs, targets in zip(data.split(32), labels.split(32)):
        loss = smooth_ce(model(inputs), targets)
        loss.backward()
        optimizer.first_step(zero_grad=True)

        smooth_ce(model(inputs), targets).backward()
        optimizer.second_step(zero_grad=True)
    print(epoch, loss.item())
