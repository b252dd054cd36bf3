import math
import torch
from torch import nn


class Sine(nn.Module):
    def __init__(self, w0=10.0, shift=0.0):
        super().__init__()
        self.w0, self.shift = w0, shift

    def forward(self, x):
        y = torch.sin(self.w0 * x)
        y.add_(self.shift)
        y *= 0.5
        return y


class Siren(nn.Module):
    def __init__(self, d_in=2, d_hidden=32, d_out=1, depth=3):
        super().__init__()
        dims = [d_in] + [d_hidden] * depth
        self.linears = nn.ModuleList(nn.Linear(a, b) for a, b in zip(dims, dims[1:]))
        self.act = Sine(shift=0.1)
        self.last = nn.Linear(d_hidden, d_out)
        self.reset()

    @torch.no_grad()
    def reset(self):
        for i, lin in enumerate(self.linears):
            bound = 1 / lin.in_features if i == 0 else math.sqrt(6 / lin.in_features) / self.act.w0
            lin.weight.uniform_(-bound, bound)
            lin.bias.zero_()

    def forward(self, coords):
        h = coords
        for lin in self.linears:
            h = self.act(lin(h))
        out = self.last(h)
        out += 0.5
        return out


def image(n=12):
    axis = torch.linspace(-1, 1, n)
    yy, xx = torch.meshgrid(axis, axis, indexing="ij")
    coords = torch.stack([xx, yy], -1).view(-1, 2)
    value = (coords.norm(dim=1, keepdim=True) < 0.6).float()
    return coords, value


if __name__ == "__main__":
    torch.manual_seed(0)
    coords, value = image()
    net = Siren()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    for it in range(5):
        loss = (net(coords) - value).square().mean()
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        print(f"{it} {loss.item():.5f}")
