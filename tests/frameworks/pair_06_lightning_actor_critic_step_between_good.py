"""Offline advantage-weighted actor-critic with a shared encoder, manual optimization."""
import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class ActorCritic(pl.LightningModule):
    def __init__(self, obs_dim=10, n_actions=4, hidden=64, beta=1.0):
        super().__init__()
        self.save_hyperparameters()
        self.automatic_optimization = False
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh())
        self.actor = nn.Linear(hidden, n_actions)
        self.critic = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, obs):
        return self.actor(self.encoder(obs)).argmax(-1)

    def training_step(self, batch, batch_idx):
        opt_actor, opt_critic = self.optimizers()
        obs, action, ret = batch

        features = self.encoder(obs)
        value = self.critic(features).squeeze(-1)
        logp = F.log_softmax(self.actor(features), dim=-1).gather(1, action.unsqueeze(1)).squeeze(1)

        weight = ((ret - value.detach()) / self.hparams.beta).exp().clamp(max=20.0)
        actor_loss = -(weight * logp).mean()
        critic_loss = F.mse_loss(value, ret)

        opt_actor.zero_grad()
        opt_critic.zero_grad()
        self.manual_backward(actor_loss, retain_graph=True)
        self.manual_backward(critic_loss)
        opt_actor.step()
        opt_critic.step()

        self.log("actor_loss", actor_loss, prog_bar=True)
        self.log("critic_loss", critic_loss, prog_bar=True)

    def configure_optimizers(self):
        opt_actor = torch.optim.Adam([*self.encoder.parameters(), *self.actor.parameters()], lr=3e-4)
        opt_critic = torch.optim.Adam(self.critic.parameters(), lr=1e-3)
        return opt_actor, opt_critic


def offline_dataset(n=20_000, obs_dim=10, n_actions=4):
    obs = torch.randn(n, obs_dim)
    action = torch.randint(n_actions, (n,))
    best = (obs @ torch.randn(obs_dim, n_actions)).argmax(1)
    ret = (action == best).float() + 0.1 * torch.randn(n)
    return TensorDataset(obs, action, ret)


def main():
    pl.seed_everything(6)
    loader = DataLoader(offline_dataset(), batch_size=256, shuffle=True, num_workers=2)
    trainer = pl.Trainer(max_epochs=15, accelerator="cpu")
    trainer.fit(ActorCritic(), loader)


if __name__ == "__main__":
    main()
