"""fastai: frozen body first, then everything; accumulation, clipping and gradient statistics in callbacks."""
from fastai.vision.all import *
from torch.utils.data import Dataset as TorchDataset


class Shapes(TorchDataset):
    "Synthetic 48x48 images, class = number of bright squares"

    def __init__(self, n, seed=0):
        self.n, self.seed = n, seed

    def __len__(self):
        return self.n

    def __getitem__(self, i):
        g = torch.Generator().manual_seed(self.seed * 100_003 + i)
        img = 0.1 * torch.randn(3, 48, 48, generator=g)
        k = int(torch.randint(0, 4, (1,), generator=g))
        for _ in range(k):
            r, c = torch.randint(0, 40, (2,), generator=g).tolist()
            img[:, r:r + 8, c:c + 8] = 1.0
        return img, torch.tensor(k)


class CountNet(nn.Module):
    def __init__(self, n_out=4):
        super().__init__()
        self.body = nn.Sequential(
            ConvLayer(3, 32, stride=2), ResBlock(1, 32, 32), ConvLayer(32, 64, stride=2), ResBlock(1, 64, 64)
        )
        self.head = nn.Sequential(AdaptiveConcatPool2d(), nn.Flatten(), LinBnDrop(128, 64, p=0.2, act=nn.ReLU()),
                                  nn.Linear(64, n_out))

    def forward(self, x):
        return self.head(self.body(x))


def split_body_head(m):
    return L(m.body, m.head).map(params)


class GradientStats(Callback):
    "Norm of the gradient per parameter group, recorded before the optimizer uses it"
    order = 70

    def before_fit(self):
        self.stats = []

    def after_backward(self):
        row = []
        for group in split_body_head(self.model):
            grads = [p.grad.norm() for p in group if p.grad is not None]
            row.append(torch.stack(grads).norm().item() if grads else 0.0)
        self.stats.append(row)

    def after_fit(self):
        if self.stats:
            print("last gradient norms (body, head):", self.stats[-1])


class CenterGradients(Callback):
    "Gradient centralization: subtract the mean over all but the first axis"

    def before_step(self):
        for p in self.model.parameters():
            if p.grad is not None and p.dim() > 1:
                p.grad.sub_(p.grad.mean(dim=tuple(range(1, p.dim())), keepdim=True))


class LossTrace(Callback):
    def before_fit(self):
        self.train_losses, self.valid_losses = [], []

    def after_batch(self):
        (self.train_losses if self.training else self.valid_losses).append(to_detach(self.loss))


@delegates(Learner.__init__)
def make_learner(dls, **kwargs):
    return Learner(
        dls,
        CountNet(),
        loss_func=CrossEntropyLossFlat(),
        splitter=split_body_head,
        opt_func=partial(Adam, wd=0.01, eps=1e-5),
        metrics=[accuracy, error_rate],
        **kwargs,
    )


def main():
    set_seed(11, reproducible=True)
    dls = DataLoaders.from_dsets(Shapes(4000), Shapes(800, seed=1), bs=32, device=default_device())
    learn = make_learner(dls, cbs=[GradientStats(), CenterGradients(), LossTrace()])

    learn.freeze()
    learn.fit_one_cycle(1, 5e-3)

    learn.unfreeze()
    learn.fit_one_cycle(
        4,
        slice(1e-4, 3e-3),
        cbs=[GradientAccumulation(n_acc=128), GradientClip(0.5), SaveModelCallback(monitor="accuracy")],
    )

    preds, targs = learn.get_preds()
    print("accuracy", accuracy(preds, targs).item())
    learn.export("count.pkl")


if __name__ == "__main__":
    main()
