"""GAN on tabular data with skorch: two modules and two optimizers in one net."""
import numpy as np
import torch
from skorch import NeuralNet
from skorch.callbacks import Callback, PassthroughScoring, PrintLog
from skorch.dataset import unpack_data
from skorch.utils import to_tensor
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=8, hidden=64, n_out=4):
        super().__init__()
        self.latent = latent
        self.net = nn.Sequential(
            nn.Linear(latent, hidden), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, hidden), nn.BatchNorm1d(hidden), nn.ReLU(),
            nn.Linear(hidden, n_out),
        )

    def forward(self, z):
        return self.net(z)


class Critic(nn.Module):
    def __init__(self, hidden=64, n_in=4):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(n_in, hidden), nn.LeakyReLU(0.2), nn.Dropout(0.2),
            nn.Linear(hidden, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1),
        )

    def forward(self, x):
        return self.net(x).squeeze(1)


class GANNet(NeuralNet):
    def __init__(self, *args, critic=Critic, critic_optimizer=torch.optim.Adam, critic_lr=4e-4, **kwargs):
        self.critic = critic
        self.critic_optimizer = critic_optimizer
        self.critic_lr = critic_lr
        super().__init__(*args, **kwargs)

    def initialize_module(self):
        super().initialize_module()
        self.critic_ = self.initialized_instance(self.critic, self.get_params_for("critic"))
        return self

    def initialize_optimizer(self, *args, **kwargs):
        pgroups, kw = self.get_params_for_optimizer("optimizer", self.module_.named_parameters())
        self.optimizer_ = self.optimizer(*pgroups, **kw)
        pgroups, kw = self.get_params_for_optimizer("critic_optimizer", self.critic_.named_parameters())
        kw["lr"] = self.critic_lr
        self.critic_optimizer_ = self.critic_optimizer(*pgroups, **kw)
        return self

    def noise(self, n):
        return torch.randn(n, self.module_.latent, device=self.device)

    def train_step(self, batch, **fit_params):
        self._set_training(True)
        Xi, _ = unpack_data(batch)
        real = to_tensor(Xi, device=self.device)
        ones = torch.ones(len(real), device=self.device)

        # critic
        self.critic_optimizer_.zero_grad()
        with torch.no_grad():
            fake = self.module_(self.noise(len(real)))
        d_loss = self.criterion_(self.critic_(real), 0.9 * ones) + self.criterion_(self.critic_(fake), 0 * ones)
        d_loss.backward()
        self.critic_optimizer_.step()

        # generator; what this leaves in the critic is zeroed above, in the next step
        self.optimizer_.zero_grad()
        fake = self.module_(self.noise(len(real)))
        g_loss = self.criterion_(self.critic_(fake), ones)
        g_loss.backward()
        self.optimizer_.step()

        self.history.record_batch("critic_loss", d_loss.item())
        return {"loss": g_loss, "y_pred": fake.detach()}

    def sample(self, n):
        self.module_.eval()
        with torch.no_grad():
            return self.module_(self.noise(n)).cpu().numpy()


class MomentGap(Callback):
    """Distance between the first two moments of data and samples."""

    def on_epoch_end(self, net, dataset_train=None, **kwargs):
        X = np.asarray(dataset_train.X)
        S = net.sample(len(X))
        gap = np.abs(X.mean(0) - S.mean(0)).mean() + np.abs(np.cov(X.T) - np.cov(S.T)).mean()
        net.history.record("moment_gap", float(gap))


def make_data(n=5000):
    rng = np.random.default_rng(3)
    mix = rng.normal(size=(4, 4))
    X = np.tanh(rng.normal(size=(n, 4)) @ mix)
    return ((X - X.mean(0)) / X.std(0)).astype(np.float32)


def main():
    torch.manual_seed(3)
    net = GANNet(
        Generator,
        criterion=nn.BCEWithLogitsLoss,
        optimizer=torch.optim.Adam,
        optimizer__betas=(0.5, 0.999),
        lr=2e-4,
        batch_size=128,
        max_epochs=60,
        train_split=None,
        iterator_train__shuffle=True,
        iterator_train__drop_last=True,
        callbacks=[("critic_loss", PassthroughScoring("critic_loss", on_train=True)), ("gap", MomentGap())],
        callbacks__print_log=PrintLog(floatfmt=".3f"),
        device="cuda" if torch.cuda.is_available() else "cpu",
    )
    net.fit(make_data(), y=None)
    np.save("samples.npy", net.sample(1000))


if __name__ == "__main__":
    main()
