import torch
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, temperature):
    log_p = F.log_softmax(student_logits / temperature, dim=-1)
    q = F.softmax(teacher_logits / temperature, dim=-1)
    return F.kl_div(log_p, q, reduction="batchmean") * temperature ** 2


def distill(teacher, student, optimizer, batches, temperature):
    student.train()
    losses = []
    for x in batches:
        with torch.no_grad():
            target = teacher(x)
        loss = distillation_loss(student(x), target, temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
