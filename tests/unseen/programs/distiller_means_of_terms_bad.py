"""Knowledge distillation of any teacher into any student."""
import torch
import torch.nn.functional as F


class DistillationLoss:
    def __init__(self, temperature=4.0, alpha=0.5):
        self.temperature = temperature
        self.alpha = alpha

    def soft(self, student, teacher):
        t = self.temperature
        return F.kl_div(F.log_softmax(student / t, 1), F.softmax(teacher / t, 1), reduction="batchmean") * t * t

    def __call__(self, student, teacher, labels):
        terms = {
            "soft": self.alpha * self.soft(student, teacher),
            "hard": (1 - self.alpha) * F.cross_entropy(student, labels),
        }
        return terms


class Distiller:
    def __init__(self, student, teacher, optimizer, loss=None):
        self.student = student
        self.teacher = teacher.eval().requires_grad_(False)
        self.optimizer = optimizer
        self.loss = loss or DistillationLoss()
        self.log = []

    def combine(self, terms):
        row = {name: term.item() for name, term in terms.items()}
        self.log.append(row)
        return torch.tensor(sum(row.values()), requires_grad=True)  # expect: AGL401

    def step(self, x, labels):
        self.student.train()
        terms = self.loss(self.student(x), self.teacher(x), labels)
        total = self.combine(terms)
        self.optimizer.zero_grad()
        total.backward()
        self.optimizer.step()
        return total.item()

    def fit(self, loader, epochs):
        for _ in range(epochs):
            for x, labels in loader:
                self.step(x, labels)
        return self.log
