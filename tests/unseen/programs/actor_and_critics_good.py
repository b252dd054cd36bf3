import numpy as np
import torch
from torch import nn, optim


class Trainer:
    def __init__(self, policy, qf1, qf2, target_qf1, target_qf2, optimizer_class=optim.Adam, lr=1e-3):
        self.policy = policy
        self.qf1, self.qf2 = qf1, qf2
        self.target_qf1, self.target_qf2 = target_qf1, target_qf2
        self.criterion = nn.MSELoss()
        self.policy_optimizer = optimizer_class(self.policy.parameters(), lr=lr)
        self.qf1_optimizer = optimizer_class(self.qf1.parameters(), lr=lr)
        self.qf2_optimizer = optimizer_class(self.qf2.parameters(), lr=lr)
        self.statistics = {}

    def train_from(self, batch):
        observations, actions = batch["observations"], batch["actions"]
        new_actions, log_pi = self.policy(observations)
        q_new = torch.min(self.qf1(observations, new_actions), self.qf2(observations, new_actions))
        policy_loss = (0.2 * log_pi - q_new).mean()

        with torch.no_grad():
            next_actions, next_log_pi = self.policy(batch["next_observations"])
            target = torch.min(
                self.target_qf1(batch["next_observations"], next_actions),
                self.target_qf2(batch["next_observations"], next_actions),
            )
            target = batch["rewards"] + 0.99 * (target - 0.2 * next_log_pi)
        qf1_loss = self.criterion(self.qf1(observations, actions), target)
        qf2_loss = self.criterion(self.qf2(observations, actions), target)

        self.policy_optimizer.zero_grad()
        policy_loss.backward()
        self.policy_optimizer.step()

        self.qf1_optimizer.zero_grad()
        qf1_loss.backward()
        self.qf1_optimizer.step()

        self.qf2_optimizer.zero_grad()
        qf2_loss.backward()
        self.qf2_optimizer.step()
        self.statistics["loss"] = np.mean(policy_loss.item())
