#!/usr/bin/env python
"""Train a tiny GPT on characters with Accelerate and gradient accumulation."""
import argparse
import math
import os

import torch
import torch.nn as nn
import torch.nn.functional as F
from accelerate import Accelerator
from accelerate.logging import get_logger
from accelerate.utils import set_seed
from torch.utils.data import DataLoader, Dataset
from tqdm.auto import tqdm

logger = get_logger(__name__)


class CharDataset(Dataset):
    def __init__(self, path, block_size):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        chars = sorted(set(text))
        self.stoi = {c: i for i, c in enumerate(chars)}
        self.ids = torch.tensor([self.stoi[c] for c in text])
        self.block_size = block_size

    def __len__(self):
        return (len(self.ids) - 1) // self.block_size

    def __getitem__(self, i):
        chunk = self.ids[i * self.block_size: (i + 1) * self.block_size + 1]
        return {"input_ids": chunk[:-1], "labels": chunk[1:]}


class TinyGPT(nn.Module):
    def __init__(self, vocab, block_size, width=128, depth=4, heads=4):
        super().__init__()
        self.tok = nn.Embedding(vocab, width)
        self.pos = nn.Embedding(block_size, width)
        layer = nn.TransformerEncoderLayer(width, heads, 4 * width, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, depth)
        self.head = nn.Linear(width, vocab, bias=False)
        self.head.weight = self.tok.weight

    def forward(self, input_ids, labels=None):
        t = input_ids.size(1)
        x = self.tok(input_ids) + self.pos(torch.arange(t, device=input_ids.device))
        mask = nn.Transformer.generate_square_subsequent_mask(t).to(x.device)
        logits = self.head(self.blocks(x, mask=mask))
        loss = None if labels is None else F.cross_entropy(logits.flatten(0, 1), labels.flatten())
        return {"loss": loss, "logits": logits}


@torch.no_grad()
def evaluate(model, loader, accelerator):
    model.eval()
    losses = []
    for batch in loader:
        loss = model(**batch)["loss"]
        losses.append(accelerator.gather_for_metrics(loss.repeat(len(batch["input_ids"]))))
    loss = torch.cat(losses).mean().item()
    return loss, math.exp(min(loss, 20))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("text")
    ap.add_argument("--output-dir", default="out")
    ap.add_argument("--block-size", type=int, default=128)
    ap.add_argument("--batch-size", type=int, default=16)
    ap.add_argument("--gradient-accumulation-steps", type=int, default=4)
    ap.add_argument("--max-grad-norm", type=float, default=1.0)
    ap.add_argument("--epochs", type=int, default=5)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--mixed-precision", default="no", choices=["no", "fp16", "bf16"])
    args = ap.parse_args()

    accelerator = Accelerator(
        gradient_accumulation_steps=args.gradient_accumulation_steps, mixed_precision=args.mixed_precision
    )
    set_seed(17)

    data = CharDataset(args.text, args.block_size)
    cut = int(0.95 * len(data))
    train_set = torch.utils.data.Subset(data, range(cut))
    eval_set = torch.utils.data.Subset(data, range(cut, len(data)))
    train_loader = DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    eval_loader = DataLoader(eval_set, batch_size=args.batch_size)

    model = TinyGPT(len(data.stoi), args.block_size)
    decay = [p for p in model.parameters() if p.dim() >= 2]
    no_decay = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.1}, {"params": no_decay, "weight_decay": 0.0}], lr=args.lr
    )
    updates = math.ceil(len(train_loader) / args.gradient_accumulation_steps) * args.epochs
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=args.lr, total_steps=updates + 1)

    model, optimizer, train_loader, eval_loader, scheduler = accelerator.prepare(
        model, optimizer, train_loader, eval_loader, scheduler
    )

    progress = tqdm(range(updates), disable=not accelerator.is_local_main_process)
    completed = 0
    for epoch in range(args.epochs):
        model.train()
        total_loss = 0
        for batch in train_loader:
            with accelerator.accumulate(model):
                loss = model(**batch)["loss"]
                total_loss += loss.detach().float()
                accelerator.backward(loss)
                if accelerator.sync_gradients:
                    accelerator.clip_grad_norm_(model.parameters(), args.max_grad_norm)
                optimizer.step()
                scheduler.step()
                optimizer.zero_grad()
            if accelerator.sync_gradients:
                completed += 1
                progress.update(1)

        eval_loss, ppl = evaluate(model, eval_loader, accelerator)
        accelerator.print(f"epoch {epoch}: train {total_loss.item() / len(train_loader):.4f} eval {eval_loss:.4f} ppl {ppl:.2f}")
        accelerator.save_state(os.path.join(args.output_dir, f"epoch_{epoch}"))

    accelerator.wait_for_everyone()
    unwrapped = accelerator.unwrap_model(model)
    accelerator.save(unwrapped.state_dict(), os.path.join(args.output_dir, "model.pt"))


if __name__ == "__main__":
    main()
