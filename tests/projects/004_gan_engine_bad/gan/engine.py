import torch

from gan.losses import adversarial_losses


def train_one_epoch(gen, disc, loader, opt_g, opt_d):
    gen.train()
    disc.train()
    sum_d, sum_g, steps = 0.0, 0.0, 0
    for (real,) in loader:
        z = torch.randn(real.size(0), gen.latent)
        fake = gen(z)
        loss_d, loss_g = adversarial_losses(disc, real, fake)

        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()  # expect: AGL106

        opt_g.zero_grad()
        loss_g.backward()  # raises: modified by an inplace operation
        opt_g.step()

        sum_d += loss_d.item()
        sum_g += loss_g.item()
        steps += 1
    return sum_d / steps, sum_g / steps
