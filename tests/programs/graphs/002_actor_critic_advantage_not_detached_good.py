import argparse
import torch
import torch.nn.functional as F
from torch.distributions import Categorical


class Env:
    """A random walk on a line; reach +5 for a reward."""

    def reset(self):
        self.pos, self.t = 0, 0
        return self._obs()

    def _obs(self):
        return torch.tensor([self.pos / 5.0, self.t / 20.0])

    def step(self, a):
        self.pos += 1 if a == 1 else -1
        self.t += 1
        done = abs(self.pos) >= 5 or self.t >= 20
        return self._obs(), float(self.pos >= 5), done


def mlp(n_in, n_out):
    return torch.nn.Sequential(torch.nn.Linear(n_in, 32), torch.nn.Tanh(), torch.nn.Linear(32, n_out))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=4)
    ap.add_argument("--gamma", type=float, default=0.99)
    args = ap.parse_args()
    torch.manual_seed(1)

    env = Env()
    actor, critic = mlp(2, 2), mlp(2, 1)
    actor_opt = torch.optim.Adam(actor.parameters(), 1e-3)
    critic_opt = torch.optim.Adam(critic.parameters(), 1e-3)

    for ep in range(args.episodes):
        s, done, total = env.reset(), False, 0.0
        while not done:
            dist = Categorical(logits=actor(s))
            a = dist.sample()
            s2, r, done = env.step(a.item())
            with torch.no_grad():
                target = r + args.gamma * (0.0 if done else critic(s2).squeeze())
            advantage = target - critic(s).squeeze()

            critic_loss = advantage.pow(2)
            critic_opt.zero_grad()
            critic_loss.backward()
            critic_opt.step()

            actor_loss = -dist.log_prob(a) * advantage.detach()
            actor_opt.zero_grad()
            actor_loss.backward()
            actor_opt.step()
            s, total = s2, total + r
        print("episode", ep, "return", total)


main()
