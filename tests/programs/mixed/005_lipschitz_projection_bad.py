"""1-Lipschitz potential network: weights are projected to unit spectral norm."""
import torch
import torch.nn as nn


class Potential(nn.Module):
    def __init__(self, d=6, h=24):
        super().__init__()
        self.fc1 = nn.Linear(d, h)
        self.fc2 = nn.Linear(h, h)
        self.fc3 = nn.Linear(h, 1)

    def forward(self, x):
        h = torch.tanh(self.fc1(x))
        h = torch.tanh(self.fc2(h))
        return self.fc3(h).squeeze(-1)


class SpectralProjector:
    """Rescales every weight matrix to have spectral norm at most `bound`."""

    def __init__(self, model, bound=0.5):
        self.layers = [m for m in model.modules() if isinstance(m, nn.Linear)]
        self.bound = bound

    def project(self):
        for layer in self.layers:
            sigma = torch.linalg.matrix_norm(layer.weight.detach(), 2)
            scale = (self.bound / sigma).clamp(max=1.0)
            layer.weight.data.mul_(scale)  # expect: AGL104


def ot_loss(model, x, y):
    return model(x).mean() - model(y).mean()


def main():
    torch.manual_seed(5)
    model = Potential()
    projector = SpectralProjector(model)
    opt = torch.optim.RMSprop(model.parameters(), lr=1e-3)
    for step in range(10):
        x, y = torch.randn(32, 6), torch.randn(32, 6) * 0.5 + 1.0
        if step == 0:
            true_grad = torch.autograd.grad(ot_loss(model, x, y), model.fc1.weight)[0]
        loss = ot_loss(model, x, y)
        opt.zero_grad()
        projector.project()
        loss.backward()
        if step == 0:
            # gradient of fc1 was computed with the already-projected fc2/fc3
            assert not torch.allclose(model.fc1.weight.grad, true_grad, rtol=1e-2)
        opt.step()
    print(f"W1 estimate {-loss.item():.4f}")


if __name__ == "__main__":
    main()
