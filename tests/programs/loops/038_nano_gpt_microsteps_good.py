"""A very small GPT, trained nanoGPT-style with micro-steps."""
import copy
import math
from dataclasses import dataclass

import torch
import torch.nn as nn
from torch.nn import functional as F


@dataclass
class GPTConfig:
    block_size: int = 16
    vocab_size: int = 12
    n_head: int = 2
    n_embd: int = 16


class CausalSelfAttention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c_attn = nn.Linear(c.n_embd, 3 * c.n_embd)
        self.c_proj = nn.Linear(c.n_embd, c.n_embd)
        self.n_head = c.n_head

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (t.view(B, T, self.n_head, C // self.n_head).transpose(1, 2) for t in self.c_attn(x).split(C, dim=2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.c_proj(y.transpose(1, 2).reshape(B, T, C))


class GPT(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.wte = nn.Embedding(c.vocab_size, c.n_embd)
        self.wpe = nn.Embedding(c.block_size, c.n_embd)
        self.ln_1, self.attn = nn.LayerNorm(c.n_embd), CausalSelfAttention(c)
        self.ln_f = nn.LayerNorm(c.n_embd)
        self.lm_head = nn.Linear(c.n_embd, c.vocab_size, bias=False)

    def forward(self, idx, targets):
        x = self.wte(idx) + self.wpe(torch.arange(idx.size(1)))
        x = x + self.attn(self.ln_1(x))
        logits = self.lm_head(self.ln_f(x))
        return logits, F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))


# -----------------------------------------------------------------------------
max_iters = 10
gradient_accumulation_steps = 4
batch_size = 4
learning_rate, min_lr, warmup_iters = 1e-2, 1e-3, 3
torch.manual_seed(1337)

config = GPTConfig()
period = torch.randperm(config.vocab_size)
data = period.repeat(40)


def get_batch():
    ix = torch.randint(len(data) - config.block_size - 1, (batch_size,)).tolist()
    x = torch.stack([data[i:i + config.block_size] for i in ix])
    y = torch.stack([data[i + 1:i + 1 + config.block_size] for i in ix])
    return x, y


def get_lr(it):
    if it < warmup_iters:
        return learning_rate * (it + 1) / warmup_iters
    ratio = (it - warmup_iters) / max(1, max_iters - warmup_iters)
    return min_lr + 0.5 * (1 + math.cos(math.pi * ratio)) * (learning_rate - min_lr)


model = GPT(config)
optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.95))
used, wanted, final = [], [], []
optimizer.register_step_pre_hook(lambda *_: used.append(model.lm_head.weight.grad.clone()))

iter_num = 0
X, Y = get_batch()
while True:
    for group in optimizer.param_groups:
        group["lr"] = get_lr(iter_num)

    shadow, parts = copy.deepcopy(model), []
    optimizer.zero_grad(set_to_none=True)
    for micro_step in range(gradient_accumulation_steps):
        logits, loss = model(X, Y)
        loss = loss / gradient_accumulation_steps
        ref = shadow(X, Y)[1] / gradient_accumulation_steps
        parts += torch.autograd.grad(ref, [shadow.lm_head.weight])
        X, Y = get_batch()
        loss.backward()
    optimizer.step()

    wanted.append(sum(parts))
    final.append(parts[-1])
    if iter_num % 3 == 0:
        print(f"iter {iter_num}: loss {loss.item() * gradient_accumulation_steps:.4f}")
    iter_num += 1
    if iter_num >= max_iters:
        break

assert all(torch.allclose(u, w, atol=1e-6) for u, w in zip(used, wanted))
assert not any(torch.allclose(u, f, atol=1e-6) for u, f in zip(used, final))
