"""Coordinate network (NeRF-style features) with pluggable precision strategies."""
from abc import ABC, abstractmethod
from contextlib import nullcontext

import torch
from torch import nn


class Precision(ABC):
    @abstractmethod
    def context(self): ...

    @abstractmethod
    def backward(self, loss): ...

    @abstractmethod
    def optimizer_step(self, optimizer): ...


class FullPrecision(Precision):
    def context(self):
        return nullcontext()

    def backward(self, loss):
        loss.backward()

    def optimizer_step(self, optimizer):
        optimizer.step()


class MixedPrecision(Precision):
    def __init__(self, device="cpu", dtype=torch.bfloat16):
        self.device, self.dtype = device, dtype
        self.scaler = torch.amp.GradScaler(device, init_scale=2.0 ** 12)

    def context(self):
        return torch.autocast(self.device, dtype=self.dtype)

    def backward(self, loss):
        self.scaler.scale(loss).backward()

    def optimizer_step(self, optimizer):
        optimizer.step()  # expect: AGL308


class Fourier(nn.Module):
    def __init__(self, n_freq):
        super().__init__()
        self.register_buffer("freq", 2.0 ** torch.arange(n_freq) * torch.pi)

    def forward(self, xy):
        ang = xy.unsqueeze(-1) * self.freq
        return torch.cat([ang.sin(), ang.cos()], dim=-1).flatten(1)


class ImageField(nn.Module):
    def __init__(self, n_freq=4, width=32):
        super().__init__()
        self.features = Fourier(n_freq)
        self.mlp = nn.Sequential(nn.Linear(4 * n_freq, width), nn.ReLU(), nn.Linear(width, 3))

    def forward(self, xy):
        return torch.sigmoid(self.mlp(self.features(xy)))


def target_colour(xy):
    r = (xy ** 2).sum(-1).sqrt()
    return torch.stack([0.5 + 0.5 * torch.sin(6 * r), xy[:, 0] * 0.5 + 0.5, xy[:, 1] * 0.5 + 0.5], dim=-1)


def pixel_stream(n_steps, rays):
    for _ in range(n_steps):
        xy = torch.rand(rays, 2) * 2 - 1
        yield xy, target_colour(xy)


def optimise(field, optimizer, precision, stream):
    psnr = 0.0
    for step, (xy, rgb) in enumerate(stream):
        with precision.context():
            pred = field(xy)
        loss = (pred.float() - rgb).square().mean()
        optimizer.zero_grad()
        precision.backward(loss)
        precision.optimizer_step(optimizer)
        if step % 20 == 0:
            psnr = -10 * torch.log10(loss.detach()).item()
            print(f"step {step:3d} psnr {psnr:.2f}")
    return psnr


def main(precision_name="mixed"):
    torch.manual_seed(19)
    field = ImageField()
    optimizer = torch.optim.Adam(field.parameters(), lr=5e-3)
    precision = {"full": FullPrecision, "mixed": MixedPrecision}[precision_name]()

    used = []
    optimizer.register_step_pre_hook(lambda opt, a, k: used.append(field.mlp[2].bias.grad.clone()))
    optimise(field, optimizer, precision, pixel_stream(60, 128))

    torch.manual_seed(19)
    twin = ImageField()
    xy, rgb = next(pixel_stream(1, 128))
    (true,) = torch.autograd.grad((twin(xy) - rgb).square().mean(), [twin.mlp[2].bias])
    ratio = (used[0].norm() / true.norm()).item()
    print(f"first gradient is {ratio:.1f}x the true one")
    assert 3500 < ratio < 4700


if __name__ == "__main__":
    main()
