"""Double DQN; the agent takes a Q-network and makes the target network from it."""
import copy

import torch
import torch.nn.functional as F


class DoubleDQN:
    def __init__(self, q_network, optimizer, gamma=0.99, sync_every=100, epsilon=0.1):
        self.online = q_network
        self.target = self.online.eval()  # expect: AGL416
        self.optimizer = optimizer
        self.gamma = gamma
        self.sync_every = sync_every
        self.epsilon = epsilon
        self.steps = 0

    def act(self, obs):
        with torch.no_grad():
            values = self.online(obs.unsqueeze(0)).squeeze(0)
        if torch.rand(()) < self.epsilon:
            return torch.randint(len(values), ()).item()
        return values.argmax().item()

    def td_target(self, reward, next_obs, done):
        with torch.no_grad():
            best = self.online(next_obs).argmax(1, keepdim=True)
            value = self.target(next_obs).gather(1, best).squeeze(1)
        return reward + self.gamma * (1 - done) * value

    def sync(self):
        self.target.load_state_dict(self.online.state_dict())

    def learn(self, batch):
        obs, action, reward, next_obs, done = batch
        q = self.online(obs).gather(1, action.unsqueeze(1)).squeeze(1)
        loss = F.smooth_l1_loss(q, self.td_target(reward, next_obs, done))
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.steps += 1
        if self.steps % self.sync_every == 0:
            self.sync()
        return loss.item()
