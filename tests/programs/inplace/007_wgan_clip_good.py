import itertools

import torch
import torch.nn as nn
import torch.optim as optim

torch.manual_seed(0)

NZ, BATCH, N_CRITIC, CLIP = 6, 16, 2, 0.05


class MLP(nn.Module):
    def __init__(self, sizes, out_act=None):
        super(MLP, self).__init__()
        layers = []
        for a, b in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
        layers.pop()
        if out_act is not None:
            layers.append(out_act)
        self.main = nn.Sequential(*layers)

    def forward(self, x):
        return self.main(x)


def real_batches():
    while True:
        theta = torch.rand(BATCH) * 6.283
        yield torch.stack([theta.cos(), theta.sin()], 1) + 0.02 * torch.randn(BATCH, 2)


def clip_weights(net, c):
    for p in net.parameters():
        p.data.clamp_(-c, c)


G = MLP([NZ, 32, 2])
C = MLP([2, 32, 1])
opt_g = optim.RMSprop(G.parameters(), lr=5e-4)
opt_c = optim.RMSprop(C.parameters(), lr=5e-4)
stream = real_batches()

for it in range(4):
    for _ in range(N_CRITIC):
        real = next(stream)
        fake = G(torch.randn(BATCH, NZ)).detach()
        loss_c = C(fake).mean() - C(real).mean()
        opt_c.zero_grad()
        loss_c.backward()
        opt_c.step()
        clip_weights(C, CLIP)

    loss_g = -C(G(torch.randn(BATCH, NZ))).mean()
    opt_g.zero_grad()
    loss_g.backward()
    opt_g.step()
    print(f"[{it}] C {loss_c.item():+.4f}  G {loss_g.item():+.4f}")
