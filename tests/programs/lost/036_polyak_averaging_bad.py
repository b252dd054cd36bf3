import copy
import torch
import torch.nn as nn

"""Stochastic weight averaging, by hand."""


class Averager:
    def __init__(self, model, decay=0.95):
        self.avg = copy.deepcopy(model)
        self.avg.eval()
        for p in self.avg.parameters():
            p.requires_grad_(False)
        self.decay = decay
        self.n = 0

    def update(self, model):
        self.n += 1
        d = min(self.decay, self.n / (self.n + 9))
        with torch.no_grad:  # expect: AGL603  # raises: 'type' object does not support the context manager protocol
            for pa, p in zip(self.avg.parameters(), model.parameters()):
                pa.lerp_(p, 1 - d)

    def __call__(self, x):
        return self.avg(x)


def make_model():
    return nn.Sequential(
        nn.Linear(3, 32), nn.Tanh(),
        nn.Linear(32, 32), nn.Tanh(),
        nn.Linear(32, 1),
    )


def lorenz_x(n, dt=0.02):
    state = torch.tensor([1.0, 1.0, 20.0])
    out = []
    for _ in range(n):
        x, y, z = state.tolist()
        out.append(state)
        state = state + dt * torch.tensor([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])
    traj = torch.stack(out)
    return (traj - traj.mean(0)) / traj.std(0)


def main():
    torch.manual_seed(0)
    traj = lorenz_x(500)
    inputs, targets = traj[:-1], traj[1:, :1]
    model = make_model()
    avg = Averager(model)
    opt = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for step in range(200):
        idx = torch.randint(0, len(inputs), (32,))
        opt.zero_grad()
        loss = nn.functional.mse_loss(model(inputs[idx]), targets[idx])
        loss.backward()
        opt.step()
        avg.update(model)
    with torch.inference_mode():
        raw = nn.functional.mse_loss(model(inputs), targets).item()
        smooth = nn.functional.mse_loss(avg(inputs), targets).item()
    print(f"raw {raw:.5f}   averaged {smooth:.5f}")
    assert smooth < 0.5


if __name__ == "__main__":
    main()
