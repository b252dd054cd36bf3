import torch
import torch.nn as nn
import torch.nn.functional as F


def reset(optimizer):
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is not None:
                p.grad.detach_()
                p.grad.zero_()


class LARS(torch.optim.Optimizer):
    """Layer-wise adaptive rate scaling, without momentum."""

    def __init__(self, params, lr=0.1, trust=0.02):
        super().__init__(params, dict(lr=lr, trust=trust))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                ratio = group["trust"] * p.norm() / (p.grad.norm() + 1e-9)
                scale = ratio if p.ndim > 1 else 1.0
                p.add_(p.grad * (-group["lr"] * scale))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(9, 18)
        self.l2 = nn.Linear(18, 4)

    def forward(self, x):
        return self.l2(F.leaky_relu(self.l1(x)))


torch.manual_seed(2)
net = Net()
optimizer = LARS(net.parameters(), lr=0.2)
x = torch.randn(90, 9)
y = x[:, :4].argmax(dim=1)
for epoch in range(4):
    for idx in torch.randperm(90).split(30):
        reset(optimizer)
        loss = F.cross_entropy(net(x[idx]), y[idx])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        acc = (net(x).argmax(1) == y).float().mean().item()
    print(epoch, round(loss.item(), 4), round(acc, 3))
