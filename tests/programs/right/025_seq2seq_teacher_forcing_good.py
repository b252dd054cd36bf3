"""Attention seq2seq that reverses digit strings; scheduled teacher forcing, two optimizers."""
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)

SOS, EOS, PAD, V = 10, 11, 12, 13


class Encoder(nn.Module):
    def __init__(self, hid=32):
        super().__init__()
        self.emb = nn.Embedding(V, hid, padding_idx=PAD)
        self.gru = nn.GRU(hid, hid, batch_first=True)

    def forward(self, src, lengths):
        packed = nn.utils.rnn.pack_padded_sequence(self.emb(src), lengths, batch_first=True, enforce_sorted=False)
        out, h = self.gru(packed)
        out, _ = nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=src.size(1))
        return out, h.squeeze(0)


class Decoder(nn.Module):
    def __init__(self, hid=32):
        super().__init__()
        self.emb = nn.Embedding(V, hid, padding_idx=PAD)
        self.cell = nn.GRUCell(2 * hid, hid)
        self.attn = nn.Linear(hid, hid, bias=False)
        self.out = nn.Linear(2 * hid, V)

    def forward(self, tok, h, memory, mask):
        score = torch.bmm(memory, self.attn(h).unsqueeze(2)).squeeze(2)
        w = score.masked_fill(mask, -1e9).softmax(-1)
        ctx = torch.bmm(w.unsqueeze(1), memory).squeeze(1)
        h = self.cell(torch.cat([self.emb(tok), ctx], -1), h)
        return self.out(torch.cat([h, ctx], -1)), h


def batch(n=32, max_len=6):
    lengths = torch.randint(3, max_len + 1, (n,))
    src = torch.full((n, max_len), PAD)
    tgt = torch.full((n, max_len + 1), PAD)
    for i, L in enumerate(lengths.tolist()):
        digits = torch.randint(0, 10, (L,))
        src[i, :L] = digits
        tgt[i, :L] = digits.flip(0)
        tgt[i, L] = EOS
    return src, lengths, tgt


def train_step(enc, dec, opts, ratio):
    src, lengths, tgt = batch()
    for o in opts:
        o.zero_grad()
    memory, h = enc(src, lengths)
    mask = src.eq(PAD)
    tok = torch.full((src.size(0),), SOS)
    loss = 0
    force = random.random() < ratio
    for t in range(tgt.size(1)):
        logits, h = dec(tok, h, memory, mask)
        loss += F.cross_entropy(logits, tgt[:, t], ignore_index=PAD, reduction="sum")
        tok = tgt[:, t] if force else logits.topk(1).indices.squeeze(-1).detach()
    loss = loss / tgt.ne(PAD).sum()
    loss.backward()
    for m, o in zip((enc, dec), opts):
        nn.utils.clip_grad_norm_(m.parameters(), 1.0)
        o.step()
    return loss.item()


@torch.no_grad()
def greedy(enc, dec, src, lengths, steps):
    memory, h = enc(src, lengths)
    tok, outs = torch.full((src.size(0),), SOS), []
    for _ in range(steps):
        logits, h = dec(tok, h, memory, src.eq(PAD))
        tok = logits.argmax(-1)
        outs.append(tok)
    return torch.stack(outs, 1)


if __name__ == "__main__":
    torch.manual_seed(0)
    random.seed(0)
    enc, dec = Encoder(), Decoder()
    opts = [torch.optim.Adam(m.parameters(), lr=5e-3) for m in (enc, dec)]
    print_loss = 0.0
    for it in range(1, 121):
        print_loss += train_step(enc, dec, opts, ratio=max(0.3, 1 - it / 150))
        if it % 40 == 0:
            print(it, round(print_loss / 40, 3))
            print_loss = 0.0
    src, lengths, tgt = batch(64)
    pred = greedy(enc, dec, src, lengths, tgt.size(1))
    valid = tgt.ne(PAD)
    print("token acc", (pred.eq(tgt) & valid).sum().item() / valid.sum().item())
