"""Tabular learner with categorical embeddings and a one-cycle policy."""
import warnings

import torch
from torch import nn
from torch.optim.lr_scheduler import OneCycleLR


class TabularModel(nn.Module):
    def __init__(self, cardinalities, n_cont, layers=(32, 16), n_out=1, p=0.0):
        super().__init__()
        self.embeds = nn.ModuleList(nn.Embedding(c, min(8, (c + 1) // 2)) for c in cardinalities)
        width = sum(e.embedding_dim for e in self.embeds) + n_cont
        body = []
        for size in layers:
            body += [nn.Linear(width, size), nn.ReLU(), nn.Dropout(p)]
            width = size
        self.body = nn.Sequential(*body, nn.Linear(width, n_out))

    def forward(self, cats, conts):
        parts = [e(cats[:, i]) for i, e in enumerate(self.embeds)] + [conts]
        return self.body(torch.cat(parts, dim=1)).squeeze(1)


class Databunch:
    def __init__(self, n, cards, n_cont, bs, seed=0):
        g = torch.Generator().manual_seed(seed)
        self.cats = torch.stack([torch.randint(0, c, (n,), generator=g) for c in cards], dim=1)
        self.conts = torch.randn(n, n_cont, generator=g)
        effects = [torch.randn(c, generator=g) for c in cards]
        self.y = self.conts.sum(1) + sum(e[self.cats[:, i]] for i, e in enumerate(effects))
        self.bs = bs

    def __len__(self):
        return -(-len(self.y) // self.bs)

    def __iter__(self):
        for idx in torch.randperm(len(self.y)).split(self.bs):
            yield self.cats[idx], self.conts[idx], self.y[idx]


def train_one_epoch(model, data, optimizer, scheduler, criterion, lrs):
    model.train()
    losses = []
    for cats, conts, y in data:
        optimizer.zero_grad()
        loss = criterion(model(cats, conts), y)
        loss.backward()
        lrs.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def fit_one_cycle(model, data, epochs, max_lr, wd=1e-2):
    optimizer = torch.optim.AdamW(model.parameters(), lr=max_lr, weight_decay=wd)
    scheduler = OneCycleLR(optimizer, max_lr=max_lr, epochs=epochs, steps_per_epoch=len(data))
    criterion = nn.MSELoss()
    lrs = []
    for epoch in range(epochs):
        loss = train_one_epoch(model, data, optimizer, scheduler, criterion, lrs)
        print(f"{epoch:>3}  {loss:.5f}  lr={lrs[-1]:.2e}")
    return lrs


if __name__ == "__main__":
    torch.manual_seed(6)
    cards = (5, 9, 3)
    bunch = Databunch(256, cards, n_cont=4, bs=32)
    max_lr = 1e-2
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        lrs = fit_one_cycle(TabularModel(cards, 4), bunch, epochs=4, max_lr=max_lr)
    warned = any("before `optimizer.step()`" in str(m.message) for m in w)
    start = max_lr / 25.0
    assert not warned
    assert abs(lrs[0] - start) < 1e-9
