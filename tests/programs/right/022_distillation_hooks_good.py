# Knowledge distillation: soft targets plus intermediate features captured by forward hooks.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class FeatureTap:
    def __init__(self, module):
        self.value = None
        self.handle = module.register_forward_hook(self._hook)

    def _hook(self, module, inputs, output):
        self.value = output

    def close(self):
        self.handle.remove()
        self.value = None


def net(width):
    return nn.Sequential(nn.Linear(20, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 5))


def kd_loss(student_logits, teacher_logits, T):
    return F.kl_div(
        F.log_softmax(student_logits / T, dim=-1),
        F.softmax(teacher_logits / T, dim=-1),
        reduction="batchmean",
    ) * T * T


def fit_teacher(model, x, y, steps=80):
    opt = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(steps):
        opt.zero_grad()
        F.cross_entropy(model(x), y).backward()
        opt.step()
    return model.eval().requires_grad_(False)


def distill(teacher, student, x, y, T=3.0, alpha=0.7, gamma=0.1, steps=120):
    proj = nn.Linear(16, 96, bias=False)
    tap_t, tap_s = FeatureTap(teacher[3]), FeatureTap(student[3])
    opt = torch.optim.AdamW([
        {"params": student.parameters(), "lr": 3e-3},
        {"params": proj.parameters(), "lr": 1e-2, "weight_decay": 0.0},
    ])
    student.train()
    for step in range(steps):
        idx = torch.randint(0, len(x), (64,))
        with torch.no_grad():
            t_logits = teacher(x[idx])
        s_logits = student(x[idx])
        hard = F.cross_entropy(s_logits, y[idx])
        soft = kd_loss(s_logits, t_logits, T)
        feat = F.mse_loss(proj(tap_s.value), tap_t.value)
        loss = (1 - alpha) * hard + alpha * soft + gamma * feat
        opt.zero_grad(set_to_none=True)
        loss.backward()
        opt.step()
        if step % 40 == 0:
            print(f"step {step} hard {hard.item():.3f} soft {soft.item():.3f} feat {feat.item():.3f}")
    tap_t.close()
    tap_s.close()
    return student


@torch.inference_mode()
def accuracy(model, x, y):
    model.eval()
    return (model(x).argmax(-1) == y).double().mean().item()


if __name__ == "__main__":
    torch.manual_seed(0)
    W = torch.randn(20, 5)
    X = torch.randn(900, 20)
    Y = (X @ W + 0.5 * torch.randn(900, 5)).argmax(1)
    xtr, ytr, xte, yte = X[:600], Y[:600], X[600:], Y[600:]
    teacher = fit_teacher(net(96), xtr, ytr)
    print("teacher", accuracy(teacher, xte, yte))
    student = distill(teacher, net(16), xtr, ytr)
    print("student", accuracy(student, xte, yte))
