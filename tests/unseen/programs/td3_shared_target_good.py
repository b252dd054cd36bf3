"""TD3 as a learner class: networks, copies and optimizers are handed over."""
import torch
import torch.nn.functional as F


class TD3:
    def __init__(self, policy, policy_target, q1, q2, q1_target, q2_target, optims, *, gamma=0.99, noise=0.2, clip=0.5, delay=2):
        self.policy, self.policy_target = policy, policy_target
        self.q1, self.q2 = q1, q2
        self.q1_target, self.q2_target = q1_target, q2_target
        self.policy_optim, self.q1_optim, self.q2_optim = optims
        self.gamma, self.noise, self.clip, self.delay = gamma, noise, clip, delay
        self.updates = 0

    def smoothed_action(self, obs):
        action = self.policy_target(obs)
        noise = (torch.randn_like(action) * self.noise).clamp(-self.clip, self.clip)
        return (action + noise).clamp(-1, 1)

    def backup(self, reward, next_obs, done):
        action = self.smoothed_action(next_obs)
        bound = torch.minimum(self.q1_target(next_obs, action), self.q2_target(next_obs, action))
        return reward + self.gamma * (1 - done) * bound.detach()

    def fit_critics(self, obs, action, target):
        q1_loss = F.smooth_l1_loss(self.q1(obs, action), target)
        self.q1_optim.zero_grad()
        q1_loss.backward()
        self.q1_optim.step()

        q2_loss = F.smooth_l1_loss(self.q2(obs, action), target)
        self.q2_optim.zero_grad()
        q2_loss.backward()
        self.q2_optim.step()
        return q1_loss.item(), q2_loss.item()

    def learn(self, memory, batch_size):
        obs, action, reward, next_obs, done = memory.sample(batch_size)
        losses = self.fit_critics(obs, action, self.backup(reward, next_obs, done))
        self.updates += 1
        if self.updates % self.delay == 0:
            policy_loss = -self.q1(obs, self.policy(obs)).mean()
            self.policy_optim.zero_grad()
            policy_loss.backward()
            self.policy_optim.step()
        return losses
