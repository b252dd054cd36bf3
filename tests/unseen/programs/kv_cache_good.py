import torch
from torch import nn
class CachedAttention(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.q, self.kv = nn.Linear(dim, dim), nn.Linear(dim, 2 * dim)
        self.cache = None
    def forward(self, x, use_cache=False):
        k, v = self.kv(x).chunk(2, -1)
        if use_cache:
            if self.cache is not None:
                k, v = torch.cat([self.cache[0], k], 1), torch.cat([self.cache[1], v], 1)
            self.cache = (k, v)
        a = (self.q(x) @ k.transpose(1, 2) / k.shape[-1] ** 0.5).softmax(-1)
        return a @ v
@torch.inference_mode()
def generate(model, x, steps):
    model.eval()
    for _ in range(steps):
        x = model(x, use_cache=True)[:, -1:]
    return x
def fit(loader, dim):
    model = CachedAttention(dim)
    optimizer = torch.optim.Adam(model.parameters())
    for x, y in loader:
        loss = (model(x) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
