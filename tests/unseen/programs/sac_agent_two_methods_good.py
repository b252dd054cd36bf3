"""Soft actor-critic: an agent around networks that are made elsewhere."""
import torch
import torch.nn.functional as F


class SACAgent:
    def __init__(self, actor, critics, critic_targets, actor_optimizer, critic_optimizers, config):
        self.actor = actor
        self.critics = critics
        self.critic_targets = critic_targets
        self.actor_optimizer = actor_optimizer
        self.critic_optimizers = critic_optimizers
        self.gamma = config.get("gamma", 0.99)
        self.tau = config.get("tau", 0.005)
        self.alpha = config.get("alpha", 0.2)

    def _q_min(self, critics, obs, action):
        return torch.stack([critic(obs, action) for critic in critics]).min(0).values

    @torch.no_grad()
    def _target(self, batch):
        action, log_prob = self.actor(batch["next_obs"])
        value = self._q_min(self.critic_targets, batch["next_obs"], action) - self.alpha * log_prob
        return batch["reward"] + self.gamma * (1.0 - batch["done"]) * value

    def _actor_loss(self, obs):
        action, log_prob = self.actor(obs)
        return (self.alpha * log_prob - self._q_min(self.critics, obs, action)).mean()

    def _update_critics(self, batch):
        target = self._target(batch)
        logs = []
        for critic, optimizer in zip(self.critics, self.critic_optimizers):
            loss = F.mse_loss(critic(batch["obs"], batch["action"]), target)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            logs.append(loss.item())
        return logs

    def _update_actor(self, loss):
        self.actor_optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.actor_optimizer.step()
        return loss.item()

    @torch.no_grad()
    def _polyak(self):
        for critic, target in zip(self.critics, self.critic_targets):
            for p, q in zip(critic.parameters(), target.parameters()):
                q.lerp_(p, self.tau)

    def update(self, batch):
        logs = self._update_critics(batch)
        actor_loss = self._actor_loss(batch["obs"])
        logs.append(self._update_actor(actor_loss))
        self._polyak()
        return logs
