import torch
import torch.nn as nn
import torch.nn.functional as F


class Perceiver(nn.Module):
    def __init__(self, d=12, latents=5, classes=3):
        super().__init__()
        self.latents = nn.Parameter(torch.randn(1, latents, d) * 0.02)
        self.ctx = nn.Linear(d, d)
        self.attn = nn.MultiheadAttention(d, 2, batch_first=True)
        self.head = nn.Linear(d, classes)

    def queries(self, x):
        q = self.latents.expand(x.size(0), -1, -1).clone()
        q[:, 0] += self.ctx(x.mean(1))
        return q

    def forward(self, x, key_mask):
        q = self.queries(x)
        out, _ = self.attn(q, x, x, key_padding_mask=key_mask)
        return self.head(out.mean(1))


def length_mask(lengths, n):
    pos = torch.arange(n).expand(len(lengths), n)
    mask = pos >= lengths[:, None]
    mask[:, 0] = False
    return mask


def jittered_grid(h, w, n):
    gy, gx = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
    grid = torch.stack([gx, gy], -1)
    grid += 0.01 * torch.randn(h, w, 2)
    batch = grid.view(1, -1, 2).repeat(n, 1, 1)
    batch *= 1 + 0.1 * torch.rand(n, 1, 1)
    return batch


def tokens(n, h=3, w=4, d=12):
    base = torch.zeros(d).expand(n, h * w, d).contiguous()
    base[..., :2] += jittered_grid(h, w, n)
    base[..., 2:] = torch.randn(n, h * w, d - 2)
    return base


if __name__ == "__main__":
    torch.manual_seed(0)
    model = Perceiver()
    opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for it in range(3):
        x = tokens(6)
        mask = length_mask(torch.randint(4, 13, (6,)), 12)
        loss = F.cross_entropy(model(x, mask), torch.randint(0, 3, (6,)))
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(it, loss.item())
