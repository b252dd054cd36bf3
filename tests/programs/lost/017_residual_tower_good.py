import torch
import torch.nn as nn

# small residual net for tabular data


class ResBlock(nn.Module):
    def __init__(self, dim, expansion=2):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.ff = nn.Sequential(
            nn.Linear(dim, dim * expansion),
            nn.ReLU(),
            nn.Linear(dim * expansion, dim),
        )

    def forward(self, x):
        return x + self.ff(self.norm(x))


class Tower(nn.Module):
    def __init__(self, n_num, cat_sizes, dim=24, depth=3):
        super().__init__()
        self.num = nn.Linear(n_num, dim)
        self.cats = nn.ModuleList([nn.Embedding(s, dim) for s in cat_sizes])
        self.blocks = nn.ModuleList([ResBlock(dim) for _ in range(depth)])
        self.out = nn.Linear(dim, 1)

    def forward(self, num, cat):
        h = self.num(num)
        for j, emb in enumerate(self.cats):
            h = h + emb(cat[:, j])
        for block in self.blocks:
            h = block(h)
        return self.out(h).squeeze(-1)


def get_data(n):
    num = torch.randn(n, 5)
    cat = torch.stack([torch.randint(0, 3, (n,)), torch.randint(0, 7, (n,))], dim=1)
    y = num[:, 0] * (cat[:, 0] - 1) + 0.3 * cat[:, 1] + num[:, 1].abs()
    return num, cat, y


def train(model, data, epochs, lr, batch_size=64):
    num, cat, y = data
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for epoch in range(epochs):
        perm = torch.randperm(len(y))
        total = 0.0
        for i in range(0, len(y), batch_size):
            b = perm[i:i + batch_size]
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(num[b], cat[b]), y[b])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(b)
        print(f"epoch {epoch}: {total / len(y):.4f}")


if __name__ == "__main__":
    torch.manual_seed(2)
    model = Tower(5, [3, 7])
    w = model.blocks[0].ff[0].weight
    before = w.detach().clone()
    print("parameters:", sum(p.numel() for p in model.parameters()))
    train(model, get_data(512), epochs=4, lr=5e-3)
    assert not torch.equal(before, w)
    assert any(p is w for p in model.parameters())
