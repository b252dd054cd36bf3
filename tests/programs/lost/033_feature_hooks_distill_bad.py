"""FitNets-like distillation; the hidden features are collected with forward hooks."""
import torch
from torch import nn
import torch.nn.functional as F


class FeatureTap:
    def __init__(self, module):
        self.out = None
        self.calls = 0
        self.handle = module.register_forward_hook(self.hook)

    def hook(self, module, args, output):
        self.out = output
        self.calls += 1

    def pop(self):
        out, self.out = self.out, None
        return out


class MLP(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inp = nn.Linear(8, width)
        self.mid = nn.Linear(width, width)
        self.out = nn.Linear(width, 3)

    def forward(self, x):
        x = F.relu(self.inp(x))
        x = F.relu(self.mid.forward(x))  # expect: AGL507
        return self.out(x)


class Distiller(nn.Module):
    def __init__(self, teacher, student, t_width, s_width, weight=0.5, T=2.0):
        super().__init__()
        self.teacher = teacher.eval().requires_grad_(False)
        self.student = student
        self.adapter = nn.Linear(s_width, t_width)
        self.t_tap, self.s_tap = FeatureTap(teacher.mid), FeatureTap(student.mid)
        self.weight, self.T = weight, T

    def forward(self, x):
        with torch.no_grad():
            t_logits = self.teacher(x)
        s_logits = self.student(x)
        loss = self.T ** 2 * F.kl_div(
            F.log_softmax(s_logits / self.T, -1), F.softmax(t_logits / self.T, -1), reduction="batchmean"
        )
        t_feat, s_feat = self.t_tap.pop(), self.s_tap.pop()
        if t_feat is not None and s_feat is not None:
            loss = loss + self.weight * F.mse_loss(self.adapter(s_feat), t_feat)
        return loss


def main():
    torch.manual_seed(10)
    distiller = Distiller(MLP(64), MLP(16), 64, 16)
    trained = [p for p in distiller.parameters() if p.requires_grad]
    opt = torch.optim.Adam(trained, lr=4e-3)
    adapter0 = distiller.adapter.weight.detach().clone()
    for it in range(60):
        opt.zero_grad()
        loss = distiller(torch.randn(64, 8))
        loss.backward()
        opt.step()
    print("loss", round(loss.item(), 5), "hook calls", distiller.s_tap.calls)
    assert distiller.s_tap.calls == distiller.t_tap.calls == 0
    assert torch.equal(adapter0, distiller.adapter.weight)


if __name__ == "__main__":
    main()
