import torch
import torch.nn.functional as F


def _bce(logits, value):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, value))


def discriminator_loss(disc, real, fake):
    return _bce(disc(real), 1.0) + _bce(disc(fake.detach()), 0.0)


def generator_loss(disc, fake):
    return _bce(disc(fake), 1.0)
