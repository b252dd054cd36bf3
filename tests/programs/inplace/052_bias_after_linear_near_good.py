import torch as th
from torch import nn, optim
import torch.nn.functional as F


class LoRALinear(nn.Module):
    """Frozen dense weight, low-rank update and a separate bias, all accumulated in place."""

    def __init__(self, d_in, d_out, rank=2, alpha=4.0):
        super().__init__()
        self.base = nn.Linear(d_in, d_out, bias=False)
        self.base.weight.requires_grad_(False)
        self.down = nn.Linear(d_in, rank, bias=False)
        self.up = nn.Linear(rank, d_out, bias=False)
        nn.init.zeros_(self.up.weight)
        self.bias = nn.Parameter(th.zeros(d_out))
        self.scale = alpha / rank

    def forward(self, x):
        out = self.base(x)
        delta = self.up(self.down(x))
        delta *= self.scale
        out += delta
        out += self.bias
        return out


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1, self.l2 = LoRALinear(8, 16), LoRALinear(16, 3)

    def forward(self, x):
        h = self.l1(x)
        F.relu_(h)
        return self.l2(h)


def trainable(model):
    return [p for p in model.parameters() if p.requires_grad]


def accuracy(logits, y):
    return (logits.argmax(1) == y).float().mean().item()


th.manual_seed(0)
net = Net()
opt = optim.AdamW(trainable(net), lr=1e-2)
x = th.randn(64, 8)
y = (x[:, 0] > 0).long() + (x[:, 1] > 1).long()
for epoch in range(4):
    logits = net(x)
    loss = F.cross_entropy(logits, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(epoch, loss.item(), accuracy(logits, y))
