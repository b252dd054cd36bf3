"""Knowledge distillation: a narrow student mimics a wide frozen teacher."""
import torch
import torch.nn.functional as F
from torch import nn, optim


def mlp(sizes, act=nn.GELU):
    layers = []
    for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:])):
        layers.append(nn.Linear(a, b))
        if i < len(sizes) - 2:
            layers.append(act())
    return nn.Sequential(*layers)


class KDLoss(nn.Module):
    def __init__(self, temperature=3.0, alpha=0.7):
        super().__init__()
        self.t = temperature
        self.alpha = alpha

    def forward(self, student_logits, teacher_logits, target):
        soft = F.kl_div(
            F.log_softmax(student_logits / self.t, dim=-1),
            F.softmax(teacher_logits / self.t, dim=-1),
            reduction="batchmean",
        ) * self.t ** 2
        hard = F.cross_entropy(student_logits, target)
        return self.alpha * soft + (1 - self.alpha) * hard


class Distiller:
    def __init__(self, teacher, student, lr=1e-2):
        self.teacher = teacher.eval().requires_grad_(False)
        self.student = student
        self.loss_fn = KDLoss()
        self.opt = optim.SGD(student.parameters(), lr=lr, momentum=0.9)
        self.step_count = 0

    def _clear(self):
        self.student.zero_grad(set_to_none=False)

    def _apply(self):
        self.opt.step()
        self.step_count += 1

    def compute_loss(self, x, y):
        with torch.no_grad():
            t_logits = self.teacher(x)
        s_logits = self.student(x)
        return self.loss_fn(s_logits, t_logits, y)

    def distill(self, batches):
        meter = []
        for x, y in batches:
            loss = self.compute_loss(x, y)
            loss.backward()
            meter.append(loss.item())
            self._clear()  # expect: AGL302
            self._apply()
        return sum(meter) / len(meter)


def batches(teacher, n_batches, size, seed):
    gen = torch.Generator().manual_seed(seed)
    for _ in range(n_batches):
        x = torch.randn(size, 10, generator=gen)
        with torch.no_grad():
            y = teacher(x).argmax(-1)
        yield x, y


if __name__ == "__main__":
    torch.manual_seed(7)
    teacher = mlp([10, 64, 64, 5])
    student = mlp([10, 12, 5])
    initial = nn.utils.parameters_to_vector(student.parameters()).detach().clone()

    distiller = Distiller(teacher, student)
    for epoch in range(4):
        avg = distiller.distill(batches(teacher, 6, 32, seed=epoch))
        print(f"epoch={epoch} kd_loss={avg:.4f}")

    current = nn.utils.parameters_to_vector(student.parameters()).detach()
    assert distiller.step_count == 24
    assert torch.equal(initial, current)
