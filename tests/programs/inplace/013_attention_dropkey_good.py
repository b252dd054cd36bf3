import math
import torch
import torch.nn as nn
import torch.nn.functional as F


def drop_keys(weights, p, training):
    """Zero whole attention entries and renormalise."""
    if not training or p == 0.0:
        return weights
    drop = torch.rand_like(weights) < p
    weights = weights.masked_fill(drop, 0.0)
    return weights / weights.sum(dim=-1, keepdim=True).clamp(min=1e-6)


class MultiHeadSelfAttention(nn.Module):
    def __init__(self, dim, heads, p_drop=0.1):
        super().__init__()
        assert dim % heads == 0
        self.heads, self.d = heads, dim // heads
        self.p_drop = p_drop
        self.to_q = nn.Linear(dim, dim, bias=False)
        self.to_k = nn.Linear(dim, dim, bias=False)
        self.to_v = nn.Linear(dim, dim, bias=False)
        self.proj = nn.Linear(dim, dim)

    def _heads(self, t):
        b, n, _ = t.shape
        return t.view(b, n, self.heads, self.d).transpose(1, 2)

    def forward(self, x):
        q, k, v = (self._heads(f(x)) for f in (self.to_q, self.to_k, self.to_v))
        scores = q @ k.transpose(-2, -1) / math.sqrt(self.d)
        attn = F.softmax(scores, dim=-1)
        attn = drop_keys(attn, self.p_drop, self.training)
        y = (attn @ v).transpose(1, 2).flatten(2)
        return self.proj(y)


class Block(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attn = MultiHeadSelfAttention(dim, heads)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class ViT(nn.Module):
    def __init__(self, patch_dim=12, dim=16, depth=2, heads=4, classes=5):
        super().__init__()
        self.embed = nn.Linear(patch_dim, dim)
        self.blocks = nn.ModuleList([Block(dim, heads) for _ in range(depth)])
        self.head = nn.Linear(dim, classes)

    def forward(self, patches):
        x = self.embed(patches)
        for blk in self.blocks:
            x = blk(x)
        return self.head(x.mean(1))


if __name__ == "__main__":
    torch.manual_seed(0)
    vit = ViT().train()
    opt = torch.optim.AdamW(vit.parameters(), lr=1e-3)
    for i in range(2):
        x, y = torch.randn(4, 9, 12), torch.randint(0, 5, (4,))
        loss = F.cross_entropy(vit(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(i, loss.item())
