import torch
from torch import nn
from torch.nn import functional as F

SEED = 11


def project_conflicts(grads):
    """PCGrad: remove from every task gradient the part which conflicts with the others."""
    projected = []
    for i, gi in enumerate(grads):
        g = gi.clone()
        for j, gj in enumerate(grads):
            if i != j:
                dot = torch.dot(g, gj)
                if dot < 0:
                    g = g - dot / (gj.norm() ** 2 + 1e-12) * gj
        projected.append(g)
    return torch.stack(projected).mean(0)


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


class PCGradStep:
    def __init__(self, shared, heads, lr):
        self.shared = list(shared.parameters())
        self.opt = torch.optim.SGD(self.shared, lr=lr)

    def task_gradients(self, losses):
        out = []
        for loss in losses:
            g = torch.autograd.grad(loss, self.shared, retain_graph=True)
            out.append(flat(g))
        return out

    def __call__(self, losses):
        merged = project_conflicts(self.task_gradients(losses))
        offset = 0
        for p in self.shared:
            n = p.numel()
            p.grad = merged[offset:offset + n].view_as(p).clone()
            offset += n
        self.opt.step()


torch.manual_seed(SEED)
trunk = nn.Sequential(nn.Linear(8, 16), nn.Tanh())
heads = [nn.Linear(16, 1) for _ in range(3)]
stepper = PCGradStep(trunk, heads, lr=0.1)
for it in range(10):
    x = torch.randn(32, 8)
    targets = [x.sum(1, keepdim=True), x[:, :1] - x[:, 1:2], x.prod(1, keepdim=True)]
    feats = trunk(x)
    losses = [F.mse_loss(h(feats), t) for h, t in zip(heads, targets)]
    stepper(losses)
print([round(l.item(), 4) for l in losses])
