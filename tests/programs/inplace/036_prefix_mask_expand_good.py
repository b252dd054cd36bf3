import torch
import torch.nn as nn
import torch.nn.functional as F

PAD = 0


def causal_mask(n: int) -> torch.Tensor:
    return torch.full((n, n), float("-inf")).triu(1)


def build_mask(tokens: torch.Tensor) -> torch.Tensor:
    b, n = tokens.shape
    mask = causal_mask(n).unsqueeze(0).expand(b, n, n)
    padding = torch.zeros(b, 1, n).masked_fill(tokens.eq(PAD).unsqueeze(1), -1e4)
    return mask + padding


class DecoderLayer(nn.Module):
    def __init__(self, d: int, h: int, ff: int) -> None:
        super().__init__()
        self.h = h
        self.attn = nn.MultiheadAttention(d, h, batch_first=True)
        self.ff = nn.Sequential(nn.Linear(d, ff), nn.ReLU(), nn.Linear(ff, d))
        self.n1, self.n2 = nn.LayerNorm(d), nn.LayerNorm(d)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        m = mask.repeat_interleave(self.h, dim=0)
        a, _ = self.attn(x, x, x, attn_mask=m, need_weights=False)
        x = self.n1(x + a)
        return self.n2(x + self.ff(x))


class PrefixLM(nn.Module):
    def __init__(self, vocab: int = 40, d: int = 16, h: int = 2, layers: int = 2) -> None:
        super().__init__()
        self.emb = nn.Embedding(vocab, d, padding_idx=PAD)
        self.layers = nn.ModuleList([DecoderLayer(d, h, 2 * d) for _ in range(layers)])
        self.out = nn.Linear(d, vocab)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        mask = build_mask(tokens)
        x = self.emb(tokens)
        for layer in self.layers:
            x = layer(x, mask)
        return self.out(x)


def random_tokens(b: int, n: int) -> torch.Tensor:
    t = torch.randint(1, 40, (b, n))
    for row, length in enumerate(torch.randint(n // 2, n, (b,)).tolist()):
        t[row, length:] = PAD
    return t


def main() -> None:
    torch.manual_seed(0)
    lm = PrefixLM()
    opt = torch.optim.Adam(lm.parameters(), 1e-3)
    for it in range(3):
        tok = random_tokens(4, 12)
        logits = lm(tok[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), tok[:, 1:].flatten(), ignore_index=PAD)
        opt.zero_grad()
        loss.backward()
        opt.step()
        print(it, round(loss.item(), 4))


if __name__ == "__main__":
    main()
