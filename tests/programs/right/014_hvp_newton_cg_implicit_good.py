"""Implicit differentiation of a ridge-like weight-decay hyperparameter using HVPs and CG."""
import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def train_loss(w, log_lam, X, y):
    return F.softplus(-y * (X @ w)).mean() + 0.5 * log_lam.exp() * w.pow(2).sum()


def val_loss(w, X, y):
    return F.softplus(-y * (X @ w)).mean()


def hvp(loss_fn, w, v):
    """Hessian-vector product through a double backward."""
    w = w.detach().requires_grad_(True)
    (g,) = torch.autograd.grad(loss_fn(w), w, create_graph=True)
    (hv,) = torch.autograd.grad(g @ v, w)
    return hv


def conjugate_gradient(mvp, b, iters=25, tol=1e-8):
    x = torch.zeros_like(b)
    r = b.clone()
    p = r.clone()
    rs = r @ r
    for _ in range(iters):
        Ap = mvp(p)
        alpha = rs / (p @ Ap)
        x += alpha * p
        r -= alpha * Ap
        rs_new = r @ r
        if rs_new < tol:
            break
        p = r + (rs_new / rs) * p
        rs = rs_new
    return x


def newton_solve(w, log_lam, X, y, steps=6):
    lam = log_lam.detach()
    fn = lambda u: train_loss(u, lam, X, y)
    for _ in range(steps):
        w = w.detach().requires_grad_(True)
        (g,) = torch.autograd.grad(fn(w), w)
        direction = conjugate_gradient(lambda v: hvp(fn, w, v), g)
        with torch.no_grad():
            w = w - direction
    return w.detach()


def hypergradient(w_star, log_lam, Xt, yt, Xv, yv):
    w = w_star.clone().requires_grad_(True)
    (gv,) = torch.autograd.grad(val_loss(w, Xv, yv), w)
    q = conjugate_gradient(lambda v: hvp(lambda u: train_loss(u, log_lam.detach(), Xt, yt), w, v), gv)
    (gt,) = torch.autograd.grad(train_loss(w, log_lam, Xt, yt), w, create_graph=True)
    (cross,) = torch.autograd.grad(gt, log_lam, grad_outputs=q)
    return -cross


def main():
    torch.manual_seed(0)
    d = 20
    w_true = torch.zeros(d)
    w_true[:4] = torch.tensor([2.0, -1.5, 1.0, 0.5])

    def data(n):
        X = torch.randn(n, d)
        return X, torch.sign(X @ w_true + torch.randn(n))

    (Xt, yt), (Xv, yv) = data(60), data(200)
    log_lam = torch.tensor(-4.0, requires_grad=True)
    outer = torch.optim.Adam([log_lam], lr=0.2)
    w = torch.zeros(d)
    for it in range(15):
        w = newton_solve(w, log_lam, Xt, yt)
        outer.zero_grad()
        log_lam.grad = hypergradient(w, log_lam, Xt, yt, Xv, yv)
        outer.step()
        if it % 5 == 0:
            with torch.no_grad():
                print(f"{it:2d} log_lam {log_lam.item():+.3f} val {val_loss(w, Xv, yv).item():.4f}")


if __name__ == "__main__":
    main()
