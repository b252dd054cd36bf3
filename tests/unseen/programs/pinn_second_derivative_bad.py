"""Residuals of the heat equation for any network."""
import torch
from torch import nn


def gradient(output, inputs):
    (result,) = torch.autograd.grad(output, inputs, torch.ones_like(output), retain_graph=True)  # expect: AGL207
    return result


class AdvectionResidual(nn.Module):
    def __init__(self, network, speed=1.0):
        super().__init__()
        self.network = network
        self.speed = speed

    def forward(self, points):
        points = points.detach().requires_grad_(True)
        u = self.network(points)
        du = gradient(u, points)
        return du[:, 1:] + self.speed * du[:, :1]


class PINN:
    def __init__(self, network, optimizer, initial, weight=1.0):
        self.network = network
        self.residual = AdvectionResidual(network)
        self.optimizer = optimizer
        self.initial = initial
        self.weight = weight

    def loss(self, interior, start):
        equation = self.residual(interior).square().mean()
        condition = (self.network(start) - self.initial(start)).square().mean()
        return self.weight * equation + condition

    def fit(self, sampler, steps):
        for _ in range(steps):
            self.optimizer.zero_grad()
            loss = self.loss(*sampler())
            loss.backward()
            self.optimizer.step()
        return loss.item()
