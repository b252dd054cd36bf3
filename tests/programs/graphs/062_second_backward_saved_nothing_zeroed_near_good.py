"""Design of a set of prices: the revenue gap between two halves is linear, so its graph saves nothing."""
import torch


class Prices:
    def __init__(self, n):
        self.delta = torch.zeros(n, requires_grad=True)
        self.opt = torch.optim.SGD([self.delta], lr=0.05)

    def gap(self):
        half = len(self.delta) // 2
        return self.delta[:half].mean() - self.delta[half:].mean()


def sensitivity(objective, prices):
    """Which prices matter?  Leaves no gradient behind."""
    objective.backward()
    top = prices.delta.grad.abs().topk(2).indices.tolist()
    prices.opt.zero_grad()
    return top


def ascend(prices, rounds):
    for r in range(rounds):
        prices.opt.zero_grad()
        objective = -prices.gap()
        top = sensitivity(objective, prices)
        objective.backward()
        prices.opt.step()
        with torch.no_grad():
            prices.delta.clamp_(-0.2, 0.2)
        print(f"round {r}: gap {-objective.item():.4f} most sensitive {top}")


torch.manual_seed(0)
n = 8
prices = Prices(n)
ascend(prices, 5)
expected = torch.cat([torch.full((n // 2,), -2.0 / n), torch.full((n // 2,), 2.0 / n)])
assert torch.allclose(prices.delta.grad, expected)
