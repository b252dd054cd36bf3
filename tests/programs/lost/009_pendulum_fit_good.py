"""Fit frequency and damping of a pendulum from noisy measurements."""
import math
import torch


def measure(n=120, omega=3.1, gamma=0.35, noise=0.02):
    t = torch.linspace(0.0, 4.0, n)
    x = torch.exp(-gamma * t) * torch.cos(omega * t)
    return t, x + noise * torch.randn(n)


class DampedOscillator:
    def __init__(self, omega0, gamma0, amp0=1.0):
        self.omega = torch.tensor(omega0, requires_grad=True)
        self.gamma = torch.tensor(gamma0)
        self.amp = torch.tensor(amp0, requires_grad=True)
        self.gamma.requires_grad = True

    def parameters(self):
        return [self.omega, self.gamma, self.amp]

    def __call__(self, t):
        return self.amp * torch.exp(-self.gamma * t) * torch.cos(self.omega * t)


def fit(model, t, x, lr=0.02, steps=400):
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    for step in range(steps):
        opt.zero_grad()
        chi2 = ((model(t) - x) ** 2).mean()
        chi2.backward()
        opt.step()
        if step % 100 == 0:
            print(f"{step:4d}  chi2={chi2.item():.5f}  omega={model.omega.item():.3f}"
                  f"  gamma={model.gamma.item():.3f}")
    return chi2.item()


def main():
    torch.manual_seed(42)
    t, x = measure()
    model = DampedOscillator(omega0=2.8, gamma0=0.1)
    chi2 = fit(model, t, x)
    period = 2 * math.pi / model.omega.item()
    print(f"period {period:.3f} s, chi2 {chi2:.5f}")
    assert abs(model.gamma.item() - 0.35) < 0.05
    return model


if __name__ == "__main__":
    main()
