"""Wasserstein-like distance between two point sets with a table of potentials (bounded critic)."""
from __future__ import annotations

import torch as th


class TabularCritic:
    def __init__(self, n_real: int, n_fake: int, bound: float = 0.1) -> None:
        self.n_real = n_real
        self.bound = bound
        self.phi = th.zeros(n_real + n_fake, requires_grad=True)

    def scores(self) -> tuple[th.Tensor, th.Tensor]:
        return self.phi[:self.n_real], self.phi[self.n_real:]

    @th.no_grad()
    def project(self) -> None:
        self.phi.clamp_(-self.bound, self.bound)


def critic_loss(critic: TabularCritic) -> th.Tensor:
    real, fake = critic.scores()
    loss = fake.mean() - real.mean()
    loss.backward()
    return loss


def maximise(critic: TabularCritic, optimizer: th.optim.Optimizer, steps: int) -> list[float]:
    trace = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = critic_loss(critic)
        loss.backward()  # expect: AGL206
        optimizer.step()
        critic.project()
        trace.append(-loss.item())
    return trace


if __name__ == "__main__":
    n, m = 10, 5
    critic = TabularCritic(n, m)
    trace = maximise(critic, th.optim.SGD([critic.phi], lr=0.01), steps=4)
    print("gap:", [round(t, 4) for t in trace])
    expected = th.cat([th.full((n,), -1.0 / n), th.full((m,), 1.0 / m)])
    assert th.allclose(critic.phi.grad, 2 * expected)
