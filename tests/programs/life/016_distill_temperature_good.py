# %% [markdown]
# # Distilling a wide net into a narrow one
# %%
import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(17)
T = 3.0
ALPHA = 0.7
N_CLASSES = 5

# %%
X = torch.randn(400, 12)
proj = torch.randn(12, N_CLASSES)
y = (X @ proj + 0.3 * torch.randn(400, N_CLASSES)).argmax(1)

teacher = nn.Sequential(nn.Linear(12, 128), nn.ReLU(), nn.Linear(128, N_CLASSES))
student = nn.Sequential(nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, N_CLASSES))

# %% train the teacher the normal way
opt = torch.optim.Adam(teacher.parameters(), lr=1e-2)
for _ in range(40):
    opt.zero_grad()
    loss = F.cross_entropy(teacher(X), y)
    loss.backward()
    opt.step()
print("teacher loss", round(loss.item(), 3))

# %% the teacher's logits for the whole set, once
teacher.eval()
with torch.no_grad():
    teacher_logits = teacher(X)
    agree = (teacher_logits.argmax(1) == y).float().mean()
print("teacher acc", round(agree.item(), 3))

# soften here so that the loop below need not
teacher_logits /= T

# %% distill
opt = torch.optim.Adam(student.parameters(), lr=1e-2)
for epoch in range(10):
    order = torch.randperm(len(X))
    epoch_loss = 0.0
    for idx in order.split(50):
        out = student(X[idx])
        soft = F.softmax(teacher_logits[idx], dim=1)
        kd = F.kl_div(F.log_softmax(out / T, dim=1), soft, reduction="batchmean") * T * T
        ce = F.cross_entropy(out, y[idx])
        loss = ALPHA * kd + (1 - ALPHA) * ce
        opt.zero_grad()
        loss.backward()
        opt.step()
        epoch_loss += loss.item() * len(idx)
    if epoch % 3 == 0:
        print(f"epoch {epoch}: {epoch_loss / len(X):.4f}")

# %%
student.eval()
with torch.no_grad():
    print("student acc", round((student(X).argmax(1) == y).float().mean().item(), 3))
