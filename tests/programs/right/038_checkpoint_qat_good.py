"""Quantisation-aware training with STE and observers in buffers, plus non-reentrant checkpointing."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.checkpoint import checkpoint

torch.set_num_threads(1)


class RoundSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, g):
        return g


class FakeQuant(nn.Module):
    def __init__(self, bits=8, momentum=0.1):
        super().__init__()
        self.qmax, self.momentum = 2 ** (bits - 1) - 1, momentum
        self.register_buffer("amax", torch.tensor(0.0))
        self.register_buffer("seen", torch.tensor(False))
        self.observe = True

    @torch.no_grad()
    def _observe(self, x):
        cur = x.abs().max()
        if self.seen:
            self.amax.lerp_(cur, self.momentum)
        else:
            self.amax.copy_(cur)
            self.seen.fill_(True)

    def forward(self, x):
        if self.training and self.observe:
            self._observe(x.detach())
        scale = (self.amax / self.qmax).clamp_min(1e-8).clone()
        q = RoundSTE.apply(x / scale).clamp(-self.qmax, self.qmax)
        return q * scale


class QLinear(nn.Linear):
    def __init__(self, i, o, bits=4):
        super().__init__(i, o)
        self.bits = bits
        self.act_q = FakeQuant(8)

    def quant_weight(self):
        qmax = 2 ** (self.bits - 1) - 1
        scale = self.weight.detach().abs().amax(1, keepdim=True).clamp_min(1e-8) / qmax
        w_q = (self.weight / scale).detach().round().clamp(-qmax, qmax) * scale
        return self.weight + (w_q - self.weight).detach()

    def forward(self, x):
        return F.linear(self.act_q(x), self.quant_weight(), self.bias)


class Block(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm, self.ff = nn.LayerNorm(d), nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Dropout(0.1), nn.Linear(2 * d, d))

    def forward(self, x):
        return x + self.ff(self.norm(x))

class Net(nn.Module):
    def __init__(self, d=24, depth=3, use_ckpt=True):
        super().__init__()
        self.use_ckpt = use_ckpt
        self.stem = QLinear(8, d)
        self.blocks = nn.ModuleList([Block(d) for _ in range(depth)])
        self.head = QLinear(d, 3)

    def forward(self, x):
        h = self.stem(x)
        for b in self.blocks:
            if self.use_ckpt and self.training:
                h = checkpoint(b, h, use_reentrant=False)
            else:
                h = b(h)
        return self.head(h)

if __name__ == "__main__":
    torch.manual_seed(0)
    W = torch.randn(8, 3)
    X = torch.randn(600, 8)
    Y = (X @ W).argmax(1)
    net = Net()
    opt = torch.optim.AdamW(net.parameters(), lr=5e-3)
    for epoch in range(5):
        net.train()
        if epoch == 4:
            for m in net.modules():
                if isinstance(m, FakeQuant):
                    m.observe = False
        losses = []
        for idx in torch.randperm(500).split(50):
            opt.zero_grad()
            loss = F.cross_entropy(net(X[idx]), Y[idx])
            loss.backward()
            opt.step()
            losses.append(loss.item())
        net.eval()
        with torch.no_grad():
            acc = (net(X[500:]).argmax(1) == Y[500:]).float().mean().item()
        print(f"epoch {epoch} loss {sum(losses) / len(losses):.3f} val acc {acc:.3f}")
    print("unique weights per row", net.stem.quant_weight().detach()[0].unique().numel())
