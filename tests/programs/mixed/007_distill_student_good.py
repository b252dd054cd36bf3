"""Knowledge distillation of a small student from a frozen teacher."""
import copy

import torch
import torch.nn as nn
import torch.nn.functional as F


def build(width):
    return nn.Sequential(nn.Linear(16, width), nn.ReLU(), nn.Linear(width, 5))


def kd_loss(student_logits, teacher_logits, labels, T=3.0, alpha=0.7):
    soft = F.kl_div(
        F.log_softmax(student_logits / T, dim=-1),
        F.softmax(teacher_logits / T, dim=-1),
        reduction="batchmean",
    )
    hard = F.cross_entropy(student_logits, labels)
    return alpha * T * T * soft + (1 - alpha) * hard


def batches(n, bs):
    for _ in range(n):
        x = torch.randn(bs, 16)
        yield x, x[:, :5].argmax(dim=-1)


def distill(student, teacher, n_batches=25, bs=32):
    teacher.eval()
    for p in teacher.parameters():
        p.requires_grad_(False)
    optimizer = torch.optim.SGD(student.parameters(), lr=0.1, momentum=0.9)
    meter = []
    for x, labels in batches(n_batches, bs):
        with torch.no_grad():
            t_logits = teacher(x)
        loss = kd_loss(student(x), t_logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        meter.append(loss.item())
    return meter


def main():
    torch.manual_seed(7)
    teacher, student = build(64), build(8)
    before = copy.deepcopy(student.state_dict())
    meter = distill(student, teacher)
    print(f"kd loss {meter[0]:.3f} -> {meter[-1]:.3f}")
    moved = any(not torch.equal(v, before[k]) for k, v in student.state_dict().items())
    assert moved


if __name__ == "__main__":
    main()
