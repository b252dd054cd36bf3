"""Metric MDS by gradient descent on the raw stress."""
import numpy as np
import torch


def pairwise(points):
    diff = points[:, None, :] - points[None, :, :]
    return torch.sqrt((diff ** 2).sum(dim=-1) + 1e-12)


class StressMDS:
    def __init__(self, n_components=2, lr=0.05, n_iter=250, random_state=0):
        self.n_components = n_components
        self.lr = lr
        self.n_iter = n_iter
        self.random_state = random_state

    def fit_transform(self, D):
        D = torch.as_tensor(D, dtype=torch.float32)
        gen = torch.Generator().manual_seed(self.random_state)
        X = torch.randn(D.shape[0], self.n_components, generator=gen)
        X.requires_grad_(True)
        opt = torch.optim.Adam([X], lr=self.lr)
        self.stress_ = []
        for _ in range(self.n_iter):
            opt.zero_grad()
            stress = (pairwise(X) - D).square().mean()
            stress.backward()
            opt.step()
            self.stress_.append(stress.item())
        self.grad_ = X.grad
        self.embedding_ = X.detach().numpy()
        return self.embedding_


def grid_distances(rows=5, cols=6, noise=0.01, seed=0):
    rng = np.random.default_rng(seed)
    r, c = np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij")
    pts = np.stack([r.ravel(), c.ravel()], axis=1).astype(float)
    d = np.linalg.norm(pts[:, None] - pts[None], axis=-1)
    e = rng.normal(scale=noise, size=d.shape)
    return np.abs(d + (e + e.T) / 2) * (1 - np.eye(len(d)))


if __name__ == "__main__":
    D = grid_distances()
    mds = StressMDS()
    Y = mds.fit_transform(D)
    print("stress: %.4f -> %.4f" % (mds.stress_[0], mds.stress_[-1]))
    assert np.isfinite(Y).all()
    assert mds.stress_[-1] < 0.2 * mds.stress_[0]
