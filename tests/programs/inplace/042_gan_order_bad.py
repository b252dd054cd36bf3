import argparse
import torch
import torch.nn as nn

bce = nn.BCEWithLogitsLoss()


def mlp(*dims):
    layers = []
    for i, (a, b) in enumerate(zip(dims, dims[1:])):
        layers.append(nn.Linear(a, b))
        if i < len(dims) - 2:
            layers.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*layers)


def train_step(G, D, opt_g, opt_d, real, nz):
    n = real.size(0)
    ones, zeros = torch.ones(n, 1), torch.zeros(n, 1)

    fake = G(torch.randn(n, nz))
    d_loss = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    g_loss = bce(D(fake), ones)

    opt_d.zero_grad()
    d_loss.backward()
    opt_d.step()  # expect: AGL106

    opt_g.zero_grad()
    g_loss.backward()  # raises: modified by an inplace operation
    opt_g.step()
    return d_loss.item(), g_loss.item()


def ring(n, k=8):
    idx = torch.randint(0, k, (n,)).float() * (6.2832 / k)
    return torch.stack([idx.cos(), idx.sin()], 1) * 2 + 0.05 * torch.randn(n, 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nz", type=int, default=4)
    parser.add_argument("--iters", type=int, default=4)
    parser.add_argument("--bs", type=int, default=24)
    opt = parser.parse_args()

    torch.manual_seed(0)
    G, D = mlp(opt.nz, 32, 32, 2), mlp(2, 32, 32, 1)
    opt_g = torch.optim.Adam(G.parameters(), lr=1e-3, betas=(0.5, 0.999))
    opt_d = torch.optim.Adam(D.parameters(), lr=1e-3, betas=(0.5, 0.999))
    for it in range(opt.iters):
        d, g = train_step(G, D, opt_g, opt_d, ring(opt.bs), opt.nz)
        print("it %d  D %.3f  G %.3f" % (it, d, g))
    with torch.no_grad():
        print(G(torch.randn(5, opt.nz)))


if __name__ == "__main__":
    main()
