"""GAN inversion: find a latent code that reproduces a given image."""
import argparse

import torch
from torch import nn


def build_generator(latent, side):
    net = nn.Sequential(
        nn.Linear(latent, 64),
        nn.LeakyReLU(0.2),
        nn.Linear(64, side * side),
        nn.Tanh(),
    )
    for p in net.parameters():
        p.requires_grad_(False)
    return net.eval()


def initial_code(n, latent, center):
    """A random start around the average code, to be optimized."""
    return torch.randn(n, latent, requires_grad=True) + center  # expect: AGL402


class Inverter:
    def __init__(self, generator, latent, lr, momentum=0.8):
        self.generator = generator
        self.latent = latent
        self.lr = lr
        self.momentum = momentum
        self.center = torch.full((latent,), 0.05)

    def objective(self, z, image):
        rec = self.generator(z)
        pixel = (rec - image).pow(2).mean(dim=1)
        prior = 1e-3 * z.pow(2).sum(dim=1)
        return (pixel + prior).sum()

    def run(self, image, steps):
        z = initial_code(len(image), self.latent, self.center)
        velocity = torch.zeros(z.shape)
        trace = []
        for _ in range(steps):
            loss = self.objective(z, image)
            loss.backward()
            trace.append(loss.item())
            with torch.no_grad():
                if z.grad is not None:
                    velocity.mul_(self.momentum).add_(z.grad)
                    z.sub_(velocity, alpha=self.lr)
                    z.grad.zero_()
        return z.detach(), trace


def parse_args():
    ap = argparse.ArgumentParser()
    ap.add_argument("--latent", type=int, default=6)
    ap.add_argument("--side", type=int, default=8)
    ap.add_argument("--steps", type=int, default=40)
    ap.add_argument("--lr", type=float, default=0.5)
    return ap.parse_args([])


def main():
    args = parse_args()
    torch.manual_seed(3)
    gen = build_generator(args.latent, args.side)
    hidden = torch.randn(4, args.latent)
    image = gen(hidden)
    inverter = Inverter(gen, args.latent, args.lr)
    code, trace = inverter.run(image, args.steps)
    print("first", round(trace[0], 4), "last", round(trace[-1], 4))
    print("distance to truth", (code - hidden).norm(dim=1).mean().item())
    return trace


if __name__ == "__main__":
    main()
