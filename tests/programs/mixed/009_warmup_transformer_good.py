"""Mini transformer on a copy task with linear warmup then inverse-sqrt decay."""
import torch
import torch.nn as nn
from torch.optim.lr_scheduler import LambdaLR


class CopyTransformer(nn.Module):
    def __init__(self, vocab=12, d=32, max_len=10):
        super().__init__()
        self.tok = nn.Embedding(vocab, d)
        self.pos = nn.Parameter(torch.zeros(1, max_len, d))
        layer = nn.TransformerEncoderLayer(d, 4, 64, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 1)
        self.lm_head = nn.Linear(d, vocab)

    def forward(self, ids):
        return self.lm_head(self.encoder(self.tok(ids) + self.pos[:, : ids.size(1)]))


def warmup_rsqrt(warmup):
    def fn(step):
        step = step + 1
        return min(step / warmup, (warmup / step) ** 0.5)
    return fn


class Engine:
    def __init__(self, model, lr=1e-2, warmup=10):
        self.model = model
        self.opt = torch.optim.AdamW(model.parameters(), lr=lr)
        self.sched = LambdaLR(self.opt, warmup_rsqrt(warmup))
        self.crit = nn.CrossEntropyLoss()
        self.used_lrs = []

    def loss(self, ids):
        return self.crit(self.model(ids).transpose(1, 2), ids.flip(1))

    def train_step(self, ids):
        loss = self.loss(ids)
        self.opt.zero_grad()
        loss.backward()
        self.used_lrs.append(self.opt.param_groups[0]["lr"])
        self.opt.step()
        self.sched.step()
        return loss.item()


def main(steps=20):
    torch.manual_seed(9)
    engine = Engine(CopyTransformer())
    for i in range(steps):
        value = engine.train_step(torch.randint(0, 12, (16, 10)))
        if i % 5 == 0:
            print(f"step {i} loss {value:.3f} lr {engine.used_lrs[-1]:.5f}")
    assert abs(engine.used_lrs[0] - 1e-3) < 1e-9


if __name__ == "__main__":
    main()
