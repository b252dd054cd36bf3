"""Window attention with einops; queries, keys and values come out of one projection."""
import torch
from einops import rearrange
from torch import nn


class WindowAttention(nn.Module):
    def __init__(self, dim, window, heads):
        super().__init__()
        self.window = window
        self.heads = heads
        self.scale = (dim // heads) ** -0.5
        self.norm = nn.LayerNorm(dim)
        self.qkv = nn.Linear(dim, dim * 3)
        self.project = nn.Linear(dim, dim)
        self.bias = nn.Parameter(torch.zeros(heads, window * window, window * window))

    def windows(self, x):
        w = self.window
        return rearrange(x, "b (h u) (w v) c -> (b h w) (u v) c", u=w, v=w)

    def unwindow(self, x, height, width):
        w = self.window
        return rearrange(x, "(b h w) (u v) c -> b (h u) (w v) c", h=height // w, w=width // w, u=w, v=w)

    def forward(self, x):
        _, height, width, _ = x.shape
        q, k, v = self.qkv(self.windows(self.norm(x))).chunk(3, dim=-1)
        q *= self.scale  # expect: AGL103
        q, k, v = (rearrange(t, "b n (h d) -> b h n d", h=self.heads) for t in (q, k, v))
        weights = (q @ k.transpose(-2, -1) + self.bias).softmax(dim=-1)
        out = rearrange(weights @ v, "b h n d -> b n (h d)")
        return x + self.unwindow(self.project(out), height, width)
