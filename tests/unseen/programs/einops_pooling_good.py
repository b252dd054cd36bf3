import torch
from einops import rearrange, reduce
from torch import nn
class Pool(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.score = nn.Linear(dim, 1)
        self.norm = nn.BatchNorm2d(dim)
    def forward(self, x, mask=None):
        x = self.norm(x)
        x += 1.0
        tokens = rearrange(x, "b c h w -> b (h w) c")
        s = rearrange(self.score(tokens), "b n 1 -> b n")
        s *= 0.5
        if mask is not None:
            s.masked_fill_(~rearrange(mask, "b h w -> b (h w)"), float("-inf"))
        w = s.softmax(-1)
        out = torch.einsum("b n, b n c -> b c", w, tokens)
        out += reduce(x, "b c h w -> b c", "mean")
        return out
