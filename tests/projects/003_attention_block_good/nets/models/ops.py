import math

import torch


def attention_weights(q, k):
    """Scaled dot-product weights, (batch, query, key)."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.size(-1))
    return torch.softmax(scores, dim=-1)


def padding_mask(lengths, size):
    """True where a key is padding, (batch, 1, key)."""
    steps = torch.arange(size, device=lengths.device)
    return (steps[None, :] >= lengths[:, None]).unsqueeze(1)
