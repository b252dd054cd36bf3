"""PPO update of a rollout; policy and optimizer belong to the caller."""
import torch
from torch import nn
from torch.distributions import Categorical


class PPO:
    def __init__(self, policy, optimizer, clip=0.2, epochs=4, value_coef=0.5, entropy_coef=0.01, max_norm=0.5):
        self.policy = policy
        self.optimizer = optimizer
        self.clip = clip
        self.epochs = epochs
        self.value_coef = value_coef
        self.entropy_coef = entropy_coef
        self.max_norm = max_norm

    def evaluate(self, obs, actions):
        logits, value = self.policy(obs)
        dist = Categorical(logits=logits)
        return dist.log_prob(actions), dist.entropy(), value.squeeze(-1)

    def prepare(self, rollout):
        obs, actions = rollout["obs"], rollout["actions"]
        log_probs, _, values = self.evaluate(obs, actions)
        advantages = rollout["returns"] - values.detach()
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        return obs, actions, log_probs.detach(), advantages

    def surrogate(self, log_probs, old_log_probs, advantages):
        ratio = torch.exp(log_probs - old_log_probs)
        clipped = ratio.clamp(1 - self.clip, 1 + self.clip)
        return -torch.min(ratio * advantages, clipped * advantages).mean()

    def update(self, rollout):
        obs, actions, old_log_probs, advantages = self.prepare(rollout)
        history = []
        for _ in range(self.epochs):
            log_probs, entropy, values = self.evaluate(obs, actions)
            policy_loss = self.surrogate(log_probs, old_log_probs, advantages)
            value_loss = nn.functional.mse_loss(values, rollout["returns"])
            loss = policy_loss + self.value_coef * value_loss - self.entropy_coef * entropy.mean()
            self.optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.policy.parameters(), self.max_norm)
            self.optimizer.step()
            history.append(loss.item())
        return history
