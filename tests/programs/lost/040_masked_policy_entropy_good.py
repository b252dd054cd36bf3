"""Actor-critic for a scheduling toy with invalid actions masked out."""
from typing import NamedTuple

import torch
from torch import Tensor, nn
import torch.nn.functional as F


class Batch(NamedTuple):
    obs: Tensor
    mask: Tensor
    action: Tensor
    ret: Tensor


class ActorCritic(nn.Module):
    def __init__(self, n_jobs, width=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2 * n_jobs, width), nn.ReLU())
        self.pi = nn.Linear(width, n_jobs)
        self.v = nn.Linear(width, 1)

    def forward(self, obs, mask):
        h = self.body(obs)
        logits = self.pi(h).masked_fill(~mask, -1e9)
        return logits, self.v(h).squeeze(-1)


def policy_terms(logits, action):
    logp = F.log_softmax(logits, dim=-1)
    probs = logp.exp()
    entropy = -(probs * logp).sum(-1).mean()
    return logp.gather(1, action[:, None]).squeeze(1), entropy


def a2c_loss(model, batch, c_v=0.5, c_ent=0.01):
    logits, value = model(batch.obs, batch.mask)
    logp, entropy = policy_terms(logits, batch.action)
    adv = (batch.ret - value).detach()
    pg = -(logp * adv).mean()
    return pg + c_v * F.mse_loss(value, batch.ret) - c_ent * entropy


@torch.no_grad()
def rollout(model, n_jobs, n=64):
    length = torch.rand(n, n_jobs)
    mask = torch.rand(n, n_jobs) < 0.7
    mask[torch.arange(n), torch.randint(0, n_jobs, (n,))] = True
    obs = torch.cat([length, mask.float()], dim=1)
    logits, _ = model(obs, mask)
    action = torch.distributions.Categorical(logits=logits).sample()
    ret = 1.0 - length.gather(1, action[:, None]).squeeze(1)  # short jobs first
    return Batch(obs, mask, action, ret)


def main():
    torch.manual_seed(0)
    model = ActorCritic(n_jobs=5)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    batch = rollout(model, 5)
    loss = a2c_loss(model, batch)
    optimizer.zero_grad()
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    for it in range(100):
        batch = rollout(model, 5)
        loss = a2c_loss(model, batch)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.step()
    print("loss", loss.item(), "grad norm", norm.item(), "return", batch.ret.mean().item())
    assert torch.isfinite(loss)


if __name__ == "__main__":
    main()
