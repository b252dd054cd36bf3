import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset


def get_args():
    p = argparse.ArgumentParser("knowledge distillation")
    p.add_argument("--temperature", type=float, default=3.0)
    p.add_argument("--alpha", type=float, default=0.7)
    p.add_argument("--teacher-epochs", type=int, default=4)
    p.add_argument("--student-epochs", type=int, default=4)
    p.add_argument("--lr", type=float, default=0.03)
    return p.parse_args()


def make_mlp(sizes):
    mods = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        mods.append(nn.Linear(a, b))
        if i < len(sizes) - 2:
            mods.append(nn.ReLU())
    return nn.Sequential(*mods)


def kd_loss(student_logits, teacher_logits, labels, T, alpha):
    soft = F.kl_div(F.log_softmax(student_logits / T, dim=1), F.softmax(teacher_logits / T, dim=1),
                    reduction="batchmean") * T * T
    return alpha * soft + (1 - alpha) * F.cross_entropy(student_logits, labels)


def train_teacher(teacher, loader, args):
    opt = torch.optim.SGD(teacher.parameters(), lr=args.lr, momentum=0.9)
    for epoch in range(args.teacher_epochs):
        teacher.train()
        for x, y in loader:
            teacher.zero_grad()
            loss = F.cross_entropy(teacher(x), y)
            loss.backward()
            opt.step()
        print(f"teacher epoch {epoch} loss {loss.item():.4f}")


def distill(teacher, student, loader, args):
    opt = torch.optim.SGD(student.parameters(), lr=args.lr, momentum=0.9)
    teacher.eval()
    for epoch in range(args.student_epochs):
        student.train()
        running = 0.0
        for x, y in loader:
            student.zero_grad()
            with torch.no_grad():
                t_logits = teacher(x)
            loss = kd_loss(student(x), t_logits, y, args.temperature, args.alpha)
            loss.backward()
            opt.step()
            running += loss.item()
        print(f"student epoch {epoch} loss {running / len(loader):.4f}")


@torch.no_grad()
def accuracy(model, x, y):
    model.eval()
    return (model(x).argmax(1) == y).float().mean().item()


def main():
    args = get_args()
    torch.manual_seed(88)
    w1, w2 = torch.randn(12, 16), torch.randn(16, 5)
    x = torch.randn(900, 12)
    y = (torch.relu(x @ w1) @ w2).argmax(1)
    loader = DataLoader(TensorDataset(x[:700], y[:700]), batch_size=50, shuffle=True)
    teacher, student = make_mlp([12, 128, 128, 5]), make_mlp([12, 16, 5])
    train_teacher(teacher, loader, args)
    distill(teacher, student, loader, args)
    print(f"teacher {accuracy(teacher, x[700:], y[700:]):.3f} student {accuracy(student, x[700:], y[700:]):.3f}")


if __name__ == "__main__":
    main()
