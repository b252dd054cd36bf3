import torch

from ganlab.critic import critic_loss, critic_step
from ganlab.trainer import GanTrainer


def main():
    torch.manual_seed(0)
    lr = 1e-2
    trainer = GanTrainer(lr=lr)
    data = torch.randn(96, 2) * 0.3 + torch.tensor([1.0, -1.0])
    for epoch in range(3):
        logs = trainer.fit(data.split(32))
        print(f"epoch {epoch} d {logs[-1][0]:.3f} g {logs[-1][1]:.3f}")

    real, z = data[:32], trainer.noise(32)
    params = list(trainer.disc.parameters())
    start = [p.detach().clone() for p in params]
    left = [p.grad.clone() for p in params]
    own = torch.autograd.grad(critic_loss(trainer.disc, real, trainer.gen(z).detach()), params)
    critic_step(trainer, real, z)
    assert max(g.norm().item() for g in left) > 1e-2
    for p, s, o, f in zip(params, start, own, left):
        assert torch.allclose(p, s - lr * (o + f), atol=1e-6)


if __name__ == "__main__":
    main()
