import torch

from gan.losses import discriminator_loss, generator_loss


def train_one_epoch(gen, disc, loader, opt_g, opt_d):
    gen.train()
    disc.train()
    sum_d, sum_g, steps = 0.0, 0.0, 0
    for (real,) in loader:
        z = torch.randn(real.size(0), gen.latent)
        fake = gen(z)

        loss_d = discriminator_loss(disc, real, fake)
        opt_d.zero_grad()
        loss_d.backward()
        opt_d.step()

        loss_g = generator_loss(disc, fake)
        opt_g.zero_grad()
        loss_g.backward()
        opt_g.step()

        sum_d += loss_d.item()
        sum_g += loss_g.item()
        steps += 1
    return sum_d / steps, sum_g / steps
