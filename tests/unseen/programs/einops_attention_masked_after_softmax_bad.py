"""Multi-head attention with einops, and a transformer block that uses it."""
import torch
from einops import rearrange, repeat
from torch import einsum, nn


def exists(value):
    return value is not None


def default(value, other):
    return value if exists(value) else other


class Attention(nn.Module):
    def __init__(self, dim, heads=8, dim_head=64, dropout=0.0):
        super().__init__()
        inner = heads * dim_head
        self.heads = heads
        self.scale = dim_head**-0.5
        self.to_q = nn.Linear(dim, inner, bias=False)
        self.to_kv = nn.Linear(dim, inner * 2, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.to_out = nn.Linear(inner, dim)

    def forward(self, x, context=None, mask=None):
        context = default(context, x)
        q = self.to_q(x)
        k, v = self.to_kv(context).chunk(2, dim=-1)
        q, k, v = (rearrange(t, "b n (h d) -> b h n d", h=self.heads) for t in (q, k, v))
        attention = (einsum("b h i d, b h j d -> b h i j", q, k) * self.scale).softmax(dim=-1)
        if exists(mask):
            keep = repeat(mask, "b j -> b h i j", h=self.heads, i=attention.shape[2])
            attention *= keep  # expect: AGL102
        out = einsum("b h i j, b h j d -> b h i d", self.dropout(attention), v)
        return self.to_out(rearrange(out, "b h n d -> b n (h d)"))


class Block(nn.Module):
    def __init__(self, dim, heads, mult=4):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.attend = Attention(dim, heads, dim // heads)
        self.feed = nn.Sequential(nn.LayerNorm(dim), nn.Linear(dim, dim * mult), nn.GELU(), nn.Linear(dim * mult, dim))

    def forward(self, x, mask=None):
        x = x + self.attend(self.norm(x), mask=mask)
        return x + self.feed(x)
