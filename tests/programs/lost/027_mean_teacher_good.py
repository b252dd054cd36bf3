"""Semi-supervised two-moons with a mean teacher."""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.out = nn.Linear(width, 2)

    def forward(self, x):
        return self.out(self.f(x))


def make_models():
    student = Net()
    teacher = Net()
    teacher.load_state_dict(student.state_dict())
    return student, teacher


@torch.no_grad()
def ema_update(teacher, student, decay):
    for pt, ps in zip(teacher.parameters(), student.parameters()):
        pt.mul_(decay).add_(ps, alpha=1 - decay)


def moons(n):
    y = torch.randint(0, 2, (n,))
    a = torch.rand(n) * math.pi
    x = torch.stack([a.cos(), a.sin()], 1)
    x[y == 1] = torch.stack([1 - a[y == 1].cos(), 0.5 - a[y == 1].sin()], 1)
    return x + 0.1 * torch.randn(n, 2), y


def consistency(student_logits, teacher_logits):
    return F.mse_loss(student_logits.softmax(-1), teacher_logits.softmax(-1))


def main(steps=150, w_max=5.0):
    torch.manual_seed(31)
    x_lab, y_lab = moons(10)
    x_unl, y_unl = moons(400)
    student, teacher = make_models()
    opt = torch.optim.Adam(student.parameters(), lr=5e-3)
    for step in range(steps):
        w = w_max * min(1.0, step / 50)
        xb = x_unl[torch.randint(0, len(x_unl), (64,))]
        with torch.no_grad():
            t_out = teacher(xb + 0.05 * torch.randn_like(xb))
        s_out = student(xb + 0.05 * torch.randn_like(xb))
        loss = F.cross_entropy(student(x_lab), y_lab) + w * consistency(s_out, t_out)
        opt.zero_grad()
        loss.backward()
        opt.step()
        ema_update(teacher, student, decay=min(0.99, 1 - 1 / (step + 1)))
    with torch.no_grad():
        acc = (teacher(x_unl).argmax(1) == y_unl).float().mean().item()
        gap = max((a - b).abs().max().item() for a, b in zip(teacher.parameters(), student.parameters()))
    print(f"loss {loss.item():.4f}  teacher acc {acc:.3f}  teacher/student gap {gap:.2e}")
    assert gap > 0.0


if __name__ == "__main__":
    main()
