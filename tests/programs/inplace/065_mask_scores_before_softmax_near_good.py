import math
import torch
import torch.nn as nn
import torch.nn.functional as F


class PointerDecoder(nn.Module):
    """Pointer network: visited cities are masked on the raw scores, in place."""

    def __init__(self, d):
        super().__init__()
        self.embed = nn.Linear(2, d)
        self.cell = nn.GRUCell(d, d)
        self.q, self.k = nn.Linear(d, d), nn.Linear(d, d)
        self.d = d

    def scores(self, h, keys, visited):
        s = torch.matmul(self.q(h).unsqueeze(1), keys.transpose(1, 2)).squeeze(1)
        s /= math.sqrt(self.d)
        s[visited] = float("-inf")
        return s

    def forward(self, cities):
        b, n, _ = cities.shape
        e = self.embed(cities)
        keys = self.k(e)
        h = e.mean(1)
        x = torch.zeros(b, self.d)
        visited = torch.zeros(b, n, dtype=torch.bool)
        logps, tour = [], []
        for _ in range(n):
            h = self.cell(x, h)
            logp = F.log_softmax(self.scores(h, keys, visited), dim=-1)
            a = logp.detach().exp().multinomial(1).squeeze(1)
            logps.append(logp.gather(1, a[:, None]).squeeze(1))
            tour.append(a)
            visited = visited.scatter(1, a[:, None], True)
            x = e[torch.arange(b), a]
        return torch.stack(logps, 1).sum(1), torch.stack(tour, 1)


def tour_length(cities, tour):
    path = cities.gather(1, tour.unsqueeze(-1).expand(-1, -1, 2))
    return (path - path.roll(-1, 1)).norm(dim=-1).sum(1)


def main():
    torch.manual_seed(0)
    net = PointerDecoder(16)
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    baseline = None
    for it in range(4):
        cities = torch.rand(12, 6, 2)
        logp, tour = net(cities)
        cost = tour_length(cities, tour)
        baseline = cost.mean() if baseline is None else 0.8 * baseline + 0.2 * cost.mean()
        loss = ((cost - baseline) * logp).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        opt.step()
        print(it, cost.mean().item())


if __name__ == "__main__":
    main()
