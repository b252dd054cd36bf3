import torch

from rl.nets import QNet


class ValueAgent:
    def __init__(self, obs_dim, num_actions, lr=1e-2, device="cpu"):
        self.device = torch.device(device)
        self.online = QNet(obs_dim, num_actions).to(self.device)
        self.optimizer = torch.optim.SGD(self.online.parameters(), lr=lr)

    def learn(self, batch):
        loss = self.loss(*batch)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def loss(self, obs, action, reward, next_obs, done):
        raise NotImplementedError
