"""Two-stream fusion where the audio stream gets a damped gradient."""
import torch
from torch import nn


class Stream(nn.Module):
    def __init__(self, inp, width):
        super().__init__()
        self.fc = nn.Linear(inp, width)
        self.act = nn.Softplus()
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        return self.proj(self.act(self.fc(x)))


class Damper:
    """Scales what flows back through a tensor."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, grad):
        grad.mul_(self.factor)  # expect: AGL414
        return grad


class Fusion(nn.Module):
    def __init__(self, video_dim, audio_dim, width=24, damp=0.1):
        super().__init__()
        self.video = Stream(video_dim, width)
        self.audio = Stream(audio_dim, width)
        self.readout = nn.Linear(width, 1)
        self.damper = Damper(damp)

    def forward(self, v, a):
        hv = self.video(v)
        ha = self.audio(a)
        if ha.requires_grad:
            ha.register_hook(self.damper)
        fused = hv + ha
        return self.readout(fused).squeeze(-1)


class Synthetic:
    def __init__(self, seed, n=256):
        gen = torch.Generator().manual_seed(seed)
        self.v = torch.randn(n, 10, generator=gen)
        self.a = torch.randn(n, 6, generator=gen)
        self.y = self.v[:, 0] * self.v[:, 1] + 0.5 * self.a[:, 0].abs()

    def __iter__(self):
        order = torch.randperm(len(self.y))
        for part in order.split(64):
            yield self.v[part], self.a[part], self.y[part]


def gradient_norms(model):
    out = {}
    for name in ("video", "audio"):
        grads = [p.grad.flatten() for p in getattr(model, name).parameters()]
        out[name] = torch.cat(grads).norm().item()
    return out


def run_epoch(model, data, optimizer):
    losses, norms = [], None
    for v, a, y in data:
        loss = (model(v, a) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        norms = gradient_norms(model)
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses), norms


def main():
    torch.manual_seed(21)
    model = Fusion(10, 6)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    data = Synthetic(21)
    for epoch in range(10):
        value, norms = run_epoch(model, data, optimizer)
        if epoch % 3 == 0:
            print(epoch, f"{value:.4f}", {k: round(n, 4) for k, n in norms.items()})
    return model, data


if __name__ == "__main__":
    main()
