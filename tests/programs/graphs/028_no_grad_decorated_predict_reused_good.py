import torch
import torch.nn as nn


class MatrixFactorization(nn.Module):
    def __init__(self, n_users, n_items, k=8):
        super().__init__()
        self.users = nn.Embedding(n_users, k)
        self.items = nn.Embedding(n_items, k)
        self.user_bias = nn.Embedding(n_users, 1)
        self.item_bias = nn.Embedding(n_items, 1)
        for emb in (self.users, self.items):
            nn.init.normal_(emb.weight, std=0.1)

    def forward(self, u, i):
        dot = (self.users(u) * self.items(i)).sum(1)
        return dot + self.user_bias(u).squeeze(1) + self.item_bias(i).squeeze(1)

    @torch.no_grad()
    def predict(self, u, i):
        return self(u, i).clamp(1, 5)

    @torch.no_grad()
    def recommend(self, u, n=3):
        scores = self.items.weight @ self.users.weight[u] + self.item_bias.weight.squeeze(1)
        return scores.topk(n).indices.tolist()


class RatingLoss:
    def __init__(self, model, reg=1e-3):
        self.model, self.reg = model, reg

    def __call__(self, u, i, r):
        err = self.model(u, i) - r
        return err.pow(2).mean()


def synthetic_ratings(n_users, n_items, n):
    u, i = torch.randint(0, n_users, (n,)), torch.randint(0, n_items, (n,))
    taste, quality = torch.randn(n_users), torch.randn(n_items)
    return u, i, (3 + taste[u] * quality[i]).clamp(1, 5)


torch.manual_seed(0)
u, i, r = synthetic_ratings(20, 30, 400)
model = MatrixFactorization(20, 30)
loss_fn = RatingLoss(model)
opt = torch.optim.Adagrad(model.parameters(), lr=0.1)
for epoch in range(5):
    for idx in torch.randperm(len(r)).chunk(8):
        opt.zero_grad()
        loss = loss_fn(u[idx], i[idx], r[idx])
        loss.backward()
        opt.step()
    rmse = (model.predict(u, i) - r).pow(2).mean().sqrt()
    print(f"epoch {epoch}  rmse {rmse:.3f}  user 0 -> {model.recommend(0)}")
