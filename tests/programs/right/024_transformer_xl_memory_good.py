import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class XLBlock(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.h = heads
        self.q = nn.Linear(d, d, bias=False)
        self.kv = nn.Linear(d, 2 * d, bias=False)
        self.o = nn.Linear(d, d, bias=False)
        self.rel = nn.Parameter(torch.zeros(heads, 64))
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.ff = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

    def forward(self, x, mem):
        B, T, D = x.shape
        ctx = self.ln1(torch.cat([mem, x], dim=1)) if mem is not None else self.ln1(x)
        M = ctx.size(1) - T
        split = lambda t: t.view(B, -1, self.h, D // self.h).transpose(1, 2)
        q = split(self.q(ctx[:, M:]))
        k, v = (split(t) for t in self.kv(ctx).chunk(2, -1))
        dist = (torch.arange(T).unsqueeze(1) + M) - torch.arange(M + T).unsqueeze(0)
        bias = self.rel[:, dist.clamp(0, 63)]
        scores = q @ k.transpose(-1, -2) / (D // self.h) ** 0.5 + bias
        scores = scores.masked_fill(dist < 0, float("-inf"))
        x = x + self.o((scores.softmax(-1) @ v).transpose(1, 2).reshape(B, T, D))
        return x + self.ff(self.ln2(x))


class TransformerXL(nn.Module):
    def __init__(self, vocab, d=32, heads=4, layers=2, mem_len=16):
        super().__init__()
        self.emb = nn.Embedding(vocab, d)
        self.blocks = nn.ModuleList([XLBlock(d, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(d)
        self.out_bias = nn.Parameter(torch.zeros(vocab))
        self.mem_len = mem_len

    @torch.no_grad()
    def _update_mems(self, hiddens, mems):
        new = []
        for i, h in enumerate(hiddens):
            cat = h if mems is None else torch.cat([mems[i], h], dim=1)
            new.append(cat[:, -self.mem_len:].detach())
        return new

    def forward(self, tokens, target=None, mems=None):
        x = self.emb(tokens) * self.emb.embedding_dim ** 0.5
        hiddens = []
        for i, block in enumerate(self.blocks):
            hiddens.append(x)
            x = block(x, None if mems is None else mems[i])
        logits = F.linear(self.norm(x), self.emb.weight, self.out_bias)
        new_mems = self._update_mems(hiddens, mems)
        loss = None if target is None else F.cross_entropy(logits.flatten(0, 1), target.flatten())
        return logits, loss, new_mems


def main():
    torch.manual_seed(0)
    base = torch.randint(0, 12, (8, 7))
    stream = base.repeat(1, 30)  # periodic sequences
    model = TransformerXL(12)
    nn.init.normal_(model.emb.weight, std=0.05)
    opt = torch.optim.Adam(model.parameters(), lr=3e-3)
    warm = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(1.0, (s + 1) / 10))
    seg = 16
    for epoch in range(3):
        mems = None
        model.train()
        for i in range(0, stream.size(1) - seg - 1, seg):
            x, y = stream[:, i:i + seg], stream[:, i + 1:i + seg + 1]
            _, loss, mems = model(x, y, mems)
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            opt.step()
            warm.step()
        print(f"epoch {epoch} loss {loss.item():.4f}")
    model.eval()
    with torch.no_grad():
        mems, tok, gen = None, base[:, :7], []
        for _ in range(10):
            logits, _, mems = model(tok, mems=mems)
            tok = logits[:, -1:].argmax(-1)
            gen.append(tok)
    print(torch.cat(gen, 1)[0].tolist())


if __name__ == "__main__":
    main()
