"""Causal LM pretraining with DeepSpeed ZeRO-2: accumulation, clipping and warmup in the config dict."""
import argparse
import math
import time

import deepspeed
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from deepspeed.accelerator import get_accelerator
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader, Dataset, DistributedSampler


def get_ds_config(args):
    return {
        "train_micro_batch_size_per_gpu": args.micro_batch,
        "gradient_accumulation_steps": args.grad_accum,
        "gradient_clipping": 1.0,
        "steps_per_print": 100,
        "bf16": {"enabled": True},
        "optimizer": {
            "type": "AdamW",
            "params": {"lr": args.lr, "betas": [0.9, 0.95], "eps": 1e-8, "weight_decay": 0.1},
        },
        "scheduler": {
            "type": "WarmupDecayLR",
            "params": {
                "warmup_min_lr": 0,
                "warmup_max_lr": args.lr,
                "warmup_num_steps": args.warmup,
                "total_num_steps": args.steps,
            },
        },
        "zero_optimization": {"stage": 2, "overlap_comm": True, "contiguous_gradients": True},
    }


class TokenFile(Dataset):
    """A flat uint16 memmap of tokens."""

    def __init__(self, path, seq_len):
        self.tokens = np.memmap(path, dtype=np.uint16, mode="r")
        self.seq_len = seq_len

    def __len__(self):
        return (len(self.tokens) - 1) // self.seq_len

    def __getitem__(self, i):
        start = i * self.seq_len
        chunk = torch.from_numpy(self.tokens[start:start + self.seq_len + 1].astype(np.int64))
        return chunk[:-1], chunk[1:]


class Block(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.h = h
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.proj = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.mlp = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.ln1(x)).view(b, t, 3, self.h, d // self.h).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(a.transpose(1, 2).reshape(b, t, d))
        return x + self.mlp(self.ln2(x))


class Decoder(nn.Module):
    def __init__(self, vocab, d=512, h=8, layers=8, seq_len=1024):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(vocab, d), nn.Embedding(seq_len, d)
        self.blocks = nn.ModuleList(Block(d, h) for _ in range(layers))
        self.ln = nn.LayerNorm(d)
        self.grad_ckpt = False

    def forward(self, ids, targets):
        x = self.wte(ids) + self.wpe.weight[: ids.size(1)]
        for block in self.blocks:
            if self.grad_ckpt and self.training:
                x = checkpoint(block, x, use_reentrant=False)
            else:
                x = block(x)
        logits = F.linear(self.ln(x), self.wte.weight)
        return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten())


def cycle(loader):
    epoch = 0
    while True:
        loader.sampler.set_epoch(epoch)
        yield from loader
        epoch += 1


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--tokens", required=True)
    ap.add_argument("--vocab", type=int, default=50304)
    ap.add_argument("--micro_batch", type=int, default=8)
    ap.add_argument("--grad_accum", type=int, default=8)
    ap.add_argument("--lr", type=float, default=6e-4)
    ap.add_argument("--steps", type=int, default=20000)
    ap.add_argument("--warmup", type=int, default=500)
    ap.add_argument("--save", default="lm-ckpt")
    ap.add_argument("--resume", action="store_true")
    ap.add_argument("--local_rank", type=int, default=-1)
    args = ap.parse_args()

    deepspeed.init_distributed()
    model = Decoder(args.vocab)
    engine, _, _, scheduler = deepspeed.initialize(
        model=model, model_parameters=model.parameters(), config=get_ds_config(args)
    )
    if args.resume:
        engine.load_checkpoint(args.save)

    data = TokenFile(args.tokens, 1024)
    loader = DataLoader(data, batch_size=args.micro_batch, sampler=DistributedSampler(data), drop_last=True)
    batches = cycle(loader)

    window, tic = [], time.time()
    engine.train()
    while engine.global_steps < args.steps:
        ids, targets = (t.to(get_accelerator().current_device_name()) for t in next(batches))
        loss = engine(ids, targets)
        engine.backward(loss)
        boundary = engine.is_gradient_accumulation_boundary()
        engine.step()
        window.append(loss.detach())

        if boundary and engine.global_steps % 50 == 0:
            mean = torch.stack(window).mean().item()
            window.clear()
            if engine.global_rank == 0:
                print(f"step {engine.global_steps} loss {mean:.4f} ppl {math.exp(min(mean, 20)):.1f} "
                      f"lr {scheduler.get_last_lr()[0]:.2e} grad {engine.get_global_grad_norm():.2f} "
                      f"{time.time() - tic:.1f}s")
            tic = time.time()
        if boundary and engine.global_steps % 2000 == 0:
            engine.save_checkpoint(args.save)


if __name__ == "__main__":
    main()
