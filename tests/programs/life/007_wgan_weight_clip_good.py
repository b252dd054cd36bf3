"""Wasserstein GAN (weight clipping) on an 8-gaussian ring."""
import argparse
import copy
import math

import torch
from torch import nn


def mlp(sizes, slope=0.2):
    layers = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(slope)]
    return nn.Sequential(*layers[:-1])


def ring(n):
    k = torch.randint(0, 8, (n,)).float() * (2 * math.pi / 8)
    return torch.stack([k.cos(), k.sin()], 1) * 2 + 0.05 * torch.randn(n, 2)


def clip_weights(module, c):
    for p in module.parameters():
        p.data.clamp_(-c, c)


def exact_grads(critic, real, fake):
    """Gradients of the critic loss on an untouched copy."""
    twin = copy.deepcopy(critic)
    out = twin(fake).mean() - twin(real).mean()
    return torch.autograd.grad(out, list(twin.parameters()))


def critic_step(critic, opt, real, fake, clip):
    loss = critic(fake).mean() - critic(real).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    clip_weights(critic, clip)
    return loss.item()


def generator_step(gen, critic, opt, n, z_dim):
    loss = -critic(gen(torch.randn(n, z_dim))).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--iters", type=int, default=15)
    parser.add_argument("--n-critic", type=int, default=3)
    parser.add_argument("--clip", type=float, default=0.05)
    parser.add_argument("--z-dim", type=int, default=4)
    args = parser.parse_args()
    torch.manual_seed(0)

    gen = mlp([args.z_dim, 32, 32, 2])
    critic = mlp([2, 32, 32, 1])
    opt_g = torch.optim.RMSprop(gen.parameters(), lr=5e-4)
    opt_c = torch.optim.RMSprop(critic.parameters(), lr=5e-4)

    # the first critic step, checked against a clean copy
    real = ring(64)
    with torch.no_grad():
        fake = gen(torch.randn(64, args.z_dim))
    want = exact_grads(critic, real, fake)
    critic_step(critic, opt_c, real, fake, args.clip)
    drift = max((p.grad - w).abs().max().item() for p, w in zip(critic.parameters(), want))
    print(f"largest gradient error {drift:.2e}")
    assert drift < 1e-6

    for it in range(args.iters):
        for _ in range(args.n_critic):
            with torch.no_grad():
                fake = gen(torch.randn(64, args.z_dim))
            c = critic_step(critic, opt_c, ring(64), fake, args.clip)
        g = generator_step(gen, critic, opt_g, 64, args.z_dim)
        if it % 5 == 0:
            print(f"{it:4d}  critic {c:+.4f}  gen {g:+.4f}")


if __name__ == "__main__":
    main()
