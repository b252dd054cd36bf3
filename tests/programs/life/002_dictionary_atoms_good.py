# Sparse dictionary learning, exported from a notebook
# %%
import math
import torch

torch.manual_seed(7)
n_signals, n_dim, n_atoms = 200, 16, 24
lam = 0.05

# %% synthetic signals: every one mixes three hidden atoms
true_dict = torch.randn(n_dim, n_atoms)
true_dict /= true_dict.norm(dim=0, keepdim=True)
codes_true = torch.zeros(n_atoms, n_signals)
for j in range(n_signals):
    which = torch.randperm(n_atoms)[:3]
    codes_true[which, j] = torch.randn(3)
Y = true_dict @ codes_true + 0.01 * torch.randn(n_dim, n_signals)

# %% unknowns
D = (torch.randn(n_dim, n_atoms) / math.sqrt(n_dim)).requires_grad_()
Z = torch.zeros(n_atoms, n_signals, requires_grad=True)
opt_d = torch.optim.SGD([D], lr=0.5)
opt_z = torch.optim.Adam([Z], lr=0.05)


# %%
def objective(dictionary, codes):
    resid = Y - dictionary @ codes
    return 0.5 * resid.pow(2).sum(0).mean() + lam * codes.abs().sum(0).mean()


history = []
for epoch in range(15):
    # sparse codes first, several cheap steps
    for _ in range(5):
        opt_z.zero_grad()
        obj = objective(D.detach(), Z)
        obj.backward()
        opt_z.step()

    # then one step on the atoms
    opt_d.zero_grad()
    obj = objective(D, Z.detach())
    obj.backward()
    opt_d.step()

    # keep every atom in the unit ball
    norms = D.detach().norm(dim=0)
    for k in range(n_atoms):
        if norms[k] > 1.0:
            with torch.no_grad():
                atom = D[:, k]
                atom /= norms[k]
    history.append(obj.item())

# %%
print("objective:", " ".join(f"{v:.3f}" for v in history[::3]))
print("active codes: %.1f %%" % (100 * (Z.detach().abs() > 1e-2).float().mean().item()))
