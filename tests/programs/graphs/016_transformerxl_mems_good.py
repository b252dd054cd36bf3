import torch
import torch.nn as nn
import torch.nn.functional as F


class MemAttention(nn.Module):
    def __init__(self, d_model, n_head):
        super().__init__()
        self.attn = nn.MultiheadAttention(d_model, n_head, batch_first=True)
        self.ff = nn.Sequential(nn.Linear(d_model, 2 * d_model), nn.GELU(), nn.Linear(2 * d_model, d_model))
        self.ln1, self.ln2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)

    def forward(self, h, mem):
        ctx = h if mem is None else torch.cat([mem, h], dim=1)
        a, _ = self.attn(h, ctx, ctx, need_weights=False)
        h = self.ln1(h + a)
        return self.ln2(h + self.ff(h))


class SegmentLM(nn.Module):
    def __init__(self, vocab=40, d_model=16, n_layer=2, mem_len=8):
        super().__init__()
        self.mem_len = mem_len
        self.emb = nn.Embedding(vocab, d_model)
        self.layers = nn.ModuleList(MemAttention(d_model, 2) for _ in range(n_layer))
        self.head = nn.Linear(d_model, vocab)

    def _update_mems(self, hids, mems):
        new = []
        for i, h in enumerate(hids):
            cat = h if mems is None else torch.cat([mems[i], h], dim=1)
            new.append(cat[:, -self.mem_len:].detach())
        return new

    def forward(self, tokens, target, mems=None):
        h, hids = self.emb(tokens), []
        for i, layer in enumerate(self.layers):
            hids.append(h)
            h = layer(h, None if mems is None else mems[i])
        loss = F.cross_entropy(self.head(h).flatten(0, 1), target.flatten())
        return loss, self._update_mems(hids, mems)


def segments(stream, length):
    for i in range(0, stream.size(1) - 1 - length, length):
        yield stream[:, i:i + length], stream[:, i + 1:i + 1 + length]


if __name__ == "__main__":
    torch.manual_seed(0)
    lm = SegmentLM()
    optimizer = torch.optim.AdamW(lm.parameters(), lr=1e-3)
    mems = None
    for k, (src, tgt) in enumerate(segments(torch.randint(0, 40, (4, 49)), 8)):
        loss, mems = lm(src, tgt, mems)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        print(k, f"{loss.item():.3f}")
