import torch
from torch import nn
from torch.optim import AdamW


class Block(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm = nn.LayerNorm(d)
        self.attn = nn.MultiheadAttention(d, 2, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

    def forward(self, x):
        h = self.norm(x)
        x = x + self.attn(h, h, h, need_weights=False)[0]
        return x + self.mlp(x)


class Classifier(nn.Module):
    def __init__(self, vocab=25, d=16, n_cls=3):
        super().__init__()
        self.emb = nn.Embedding(vocab, d)
        self.blocks = nn.Sequential(Block(d), Block(d))
        self.head = nn.Linear(d, n_cls)

    def forward(self, ids):
        return self.head(self.blocks(self.emb(ids)).mean(1))


def param_groups(model, wd=0.01):
    no_decay = ("bias", "norm.weight")
    decay, rest = [], []
    for name, p in model.named_parameters():
        (rest if name.endswith(no_decay) else decay).append(p)
    return [{"params": decay, "weight_decay": wd}, {"params": rest, "weight_decay": 0.0}]


torch.manual_seed(0)
model = Classifier()
opt = AdamW(param_groups(model), lr=1e-3)
warmup = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(1.0, (s + 1) / 5))

for step in range(12):
    ids = torch.randint(0, 25, (8, 10))
    labels = ids.sum(1) % 3
    model.zero_grad(set_to_none=True)
    loss = nn.functional.cross_entropy(model(ids), labels)
    loss.backward()
    opt.step()
    warmup.step()
    if step % 4 == 0:
        print(step, round(loss.item(), 4), warmup.get_last_lr()[0])
