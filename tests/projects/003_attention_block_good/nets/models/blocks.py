from torch import nn

from .ops import attention_weights, padding_mask


class AttentionBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.query = nn.Linear(dim, dim)
        self.key = nn.Linear(dim, dim)
        self.value = nn.Linear(dim, dim)
        self.norm = nn.LayerNorm(dim)

    def forward(self, x, lengths):
        weights = attention_weights(self.query(x), self.key(x))
        pad = padding_mask(lengths, x.size(1))
        weights = weights.masked_fill(pad, 0.0)
        return self.norm(x + weights @ self.value(x))
