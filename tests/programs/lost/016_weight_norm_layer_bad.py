"""Hand-written weight normalisation: w = g * v / ||v||."""
import torch
from torch import nn
from torch.nn import functional as F


class WNLinear(nn.Module):
    def __init__(self, d_in, d_out):
        super().__init__()
        self.v = nn.Parameter(torch.randn(d_out, d_in) * 0.05)
        self.g = nn.Parameter(torch.ones(d_out, 1))
        self.bias = nn.Parameter(torch.zeros(d_out))

    def effective_weight(self):
        return self.g * self.v / self.v.norm(dim=1, keepdim=True)

    def forward(self, x):
        weight = nn.Parameter(self.effective_weight())  # expect: AGL410
        return F.linear(x, weight, self.bias)

    def extra_repr(self):
        return f"{self.v.shape[1]}, {self.v.shape[0]}"


class Net(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleList(WNLinear(a, b) for a, b in zip(sizes[:-1], sizes[1:]))

    def forward(self, x):
        *hidden, last = self.layers
        for layer in hidden:
            x = F.elu(layer(x))
        return last(x)


def checkerboard(n, generator):
    x = torch.rand(n, 2, generator=generator) * 4
    y = (x.floor().sum(1) % 2).float()
    return x - 2, y


def main():
    gen = torch.Generator().manual_seed(0)
    torch.manual_seed(0)
    net = Net([2, 48, 48, 1])
    print(net)
    opt = torch.optim.Adam(net.parameters(), lr=1e-2)
    v0 = net.layers[1].v.detach().clone()
    b0 = net.layers[1].bias.detach().clone()
    for step in range(100):
        x, y = checkerboard(128, gen)
        loss = F.binary_cross_entropy_with_logits(net(x).squeeze(1), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print("bce", loss.item())
    hidden = net.layers[1]
    assert not torch.equal(hidden.bias, b0)
    assert hidden.v.grad is None and hidden.g.grad is None
    assert torch.equal(hidden.v, v0)


main()
