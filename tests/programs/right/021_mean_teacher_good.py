"""Mean teacher semi-supervised learning: EMA teacher, consistency ramp-up."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class EMA:
    def __init__(self, student, teacher, decay):
        self.student, self.teacher, self.decay, self.step_no = student, teacher, decay, 0
        teacher.load_state_dict(student.state_dict())
        for p in teacher.parameters():
            p.detach_()

    def update(self):
        self.step_no += 1
        alpha = min(1 - 1 / (self.step_no + 1), self.decay)
        with torch.no_grad():
            t_state = self.teacher.state_dict()
            for name, value in self.student.state_dict().items():
                if value.dtype.is_floating_point:
                    t_state[name].mul_(alpha).add_(value, alpha=1 - alpha)
                else:
                    t_state[name].copy_(value)


def build():
    return nn.Sequential(
        nn.Linear(2, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2),
    )


def spirals(n):
    y = torch.randint(0, 2, (n,))
    r = torch.rand(n) * 2 + 0.2
    ang = r * 2 + y * math.pi
    return torch.stack([r * ang.cos(), r * ang.sin()], 1) + 0.05 * torch.randn(n, 2), y


def rampup(step, length):
    phase = 1.0 - min(step, length) / length
    return math.exp(-5.0 * phase * phase)


def accuracy(net, x, y):
    net.eval()
    with torch.no_grad():
        acc = (net(x).argmax(1) == y).float().mean().item()
    net.train()
    return acc


def main():
    torch.manual_seed(0)
    student, teacher = build(), build()
    ema = EMA(student, teacher, 0.97)
    lx, ly = spirals(40)
    ux, _ = spirals(1000)
    tx, ty = spirals(500)
    opt = torch.optim.Adam(student.parameters(), lr=5e-3)
    for step in range(150):
        u = ux[torch.randint(0, len(ux), (128,))]
        noisy_s, noisy_t = u + 0.05 * torch.randn_like(u), u + 0.05 * torch.randn_like(u)
        out = student(torch.cat([lx, noisy_s]))
        sup, cons_s = out[:len(lx)], out[len(lx):]
        with torch.no_grad():
            cons_t = teacher(noisy_t).softmax(-1)
        ce = F.cross_entropy(sup, ly)
        consistency = F.mse_loss(cons_s.softmax(-1), cons_t)
        loss = ce + 10.0 * rampup(step, 80) * consistency
        opt.zero_grad()
        loss.backward()
        opt.step()
        ema.update()
        if step % 50 == 49:
            print(f"{step + 1}: ce {ce.item():.3f} cons {consistency.item():.4f} "
                  f"student {accuracy(student, tx, ty):.3f} teacher {accuracy(teacher, tx, ty):.3f}")


if __name__ == "__main__":
    main()
