"""Post-hoc calibration (temperature + bias) of an overconfident classifier."""
import torch
from torch import nn
from torch.nn import functional as F


class Calibrator(nn.Module):
    def __init__(self, n_classes):
        super().__init__()
        self.log_temperature = nn.Parameter(torch.zeros(1))
        self.bias = nn.Parameter(torch.zeros(n_classes))

    @property
    def temperature(self):
        return self.log_temperature.exp()

    def forward(self, logits):
        return logits / self.temperature + self.bias


class ECE(nn.Module):
    """Expected calibration error."""

    def __init__(self, n_bins=10):
        super().__init__()
        edges = torch.linspace(0, 1, n_bins + 1)
        self.lo, self.hi = edges[:-1], edges[1:]

    @torch.no_grad()
    def forward(self, logits, labels):
        conf, pred = logits.softmax(-1).max(-1)
        right = pred.eq(labels).float()
        ece = torch.zeros(())
        for lo, hi in zip(self.lo, self.hi):
            inside = (conf > lo) & (conf <= hi)
            if inside.any():
                gap = (conf[inside].mean() - right[inside].mean()).abs()
                ece += gap * inside.float().mean()
        return ece.item()


def overconfident_logits(n=400, classes=4):
    labels = torch.randint(0, classes, (n,))
    noise = torch.randn(n, classes)
    logits = 1.5 * F.one_hot(labels, classes).float() + noise
    logits[:, 0] += 0.4
    return 5.0 * logits, labels


def fit_calibrator(calibrator, logits, labels, rounds=5):
    nll = nn.CrossEntropyLoss()
    optimizer = torch.optim.LBFGS(calibrator.parameters(), lr=0.1, max_iter=10)
    trace = []

    for i in range(rounds):
        optimizer.zero_grad()
        loss = nll(calibrator(logits), labels)
        loss.backward()
        optimizer.step()  # expect: AGL311  # raises: missing 1 required positional argument
        trace.append(loss.item())
        print(f"round {i}: nll {trace[-1]:.4f} T {calibrator.temperature.item():.3f}")
    return trace


def main():
    torch.manual_seed(23)
    logits, labels = overconfident_logits()
    metric = ECE()
    calibrator = Calibrator(logits.size(1))
    print(f"before: nll {F.cross_entropy(logits, labels).item():.4f} ece {metric(logits, labels):.4f}")

    trace = fit_calibrator(calibrator, logits, labels)

    with torch.no_grad():
        scaled = calibrator(logits)
    print(f"after:  nll {F.cross_entropy(scaled, labels).item():.4f} ece {metric(scaled, labels):.4f}")
    assert trace[-1] < trace[0]
    assert calibrator.temperature.item() > 1.5


if __name__ == "__main__":
    main()
