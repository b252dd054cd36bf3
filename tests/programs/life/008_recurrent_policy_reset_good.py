"""Recurrent actor trained on short vectorised rollouts; finished episodes restart from a zero memory."""
import torch
import torch.nn as nn

torch.set_default_dtype(torch.float64)


class RecurrentPolicy(nn.Module):
    def __init__(self, obs_dim, hidden, n_actions):
        super().__init__()
        self.inp = nn.Linear(obs_dim, hidden)
        self.rec = nn.Linear(hidden, hidden, bias=False)
        self.head = nn.Linear(hidden, n_actions)
        self.memory = None

    def start(self, n_envs):
        self.memory = torch.zeros(n_envs, self.rec.in_features)

    def act(self, obs):
        self.memory = torch.tanh(self.inp(obs) + self.rec(self.memory))
        return self.head(self.memory)

    def forget(self, done):
        """Episodes that ended must not leak into the next one."""
        self.memory = self.memory.masked_fill(done[:, None], 0.0)


class Rollout:
    def __init__(self, n_envs, horizon, obs_dim, n_actions, seed):
        g = torch.Generator().manual_seed(seed)
        self.obs = torch.randn(horizon, n_envs, obs_dim, generator=g)
        self.actions = torch.randint(0, n_actions, (horizon, n_envs), generator=g)
        self.returns = torch.randn(horizon, n_envs, generator=g)
        self.dones = torch.rand(horizon, n_envs, generator=g) < 0.3

    def __len__(self):
        return len(self.obs)


def policy_loss(policy, ro):
    policy.start(ro.obs.shape[1])
    terms = []
    for t in range(len(ro)):
        logp = policy.act(ro.obs[t]).log_softmax(dim=-1)
        chosen = logp.gather(1, ro.actions[t][:, None]).squeeze(1)
        terms.append(-(chosen * ro.returns[t]).mean())
        policy.forget(ro.dones[t])
    return torch.stack(terms).mean()


@torch.no_grad()
def slope_by_differences(policy, ro, eps=1e-5):
    w = policy.rec.weight
    keep = w[0, 1].item()
    w[0, 1] = keep + eps
    up = policy_loss(policy, ro).item()
    w[0, 1] = keep - eps
    down = policy_loss(policy, ro).item()
    w[0, 1] = keep
    return (up - down) / (2 * eps)


def main():
    torch.manual_seed(5)
    policy = RecurrentPolicy(obs_dim=4, hidden=12, n_actions=3)
    optim = torch.optim.Adam(policy.parameters(), lr=1e-2)

    for update in range(6):
        ro = Rollout(n_envs=16, horizon=8, obs_dim=4, n_actions=3, seed=update)
        numeric = slope_by_differences(policy, ro)
        loss = policy_loss(policy, ro)
        optim.zero_grad()
        loss.backward()
        analytic = policy.rec.weight.grad[0, 1].item()
        print(f"update {update}: loss {loss.item():+.4f}  dL/dw numeric {numeric:+.6f} autograd {analytic:+.6f}")
        assert abs(numeric - analytic) < 1e-8
        optim.step()


if __name__ == "__main__":
    main()
