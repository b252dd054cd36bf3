import torch
from torch import nn
from einops import rearrange

class Decoder(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.null = nn.Parameter(torch.zeros(1, 1, dim))
        self.out = nn.Linear(dim, dim)

    def forward(self, text, mask, keep_mask):
        text = torch.where(rearrange(mask, 'b n -> b n 1'), self.out(text), self.null)
        mask = mask & keep_mask
        return text
