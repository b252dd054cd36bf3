import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


class ActorCritic(nn.Module):
    def __init__(self, obs_dim=4, n_actions=3, hidden=32):
        super().__init__()
        self.gru = nn.GRUCell(obs_dim, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        h = self.gru(obs, h)
        return self.pi(h), self.v(h).squeeze(-1), h


class MemoryTask:
    """Reward for repeating the index of the last non-zero cue."""

    def __init__(self, batch):
        self.batch = batch
        self.cue = torch.zeros(batch, dtype=torch.long)

    def observe(self):
        show = torch.rand(self.batch) < 0.5
        new = torch.randint(0, 3, (self.batch,))
        self.cue = torch.where(show, new, self.cue)
        obs = torch.zeros(self.batch, 4)
        obs[torch.arange(self.batch), torch.where(show, self.cue, torch.full_like(self.cue, 3))] = 1.0
        return obs

    def reward(self, action):
        return (action == self.cue).float()


def run(updates=40, rollout=8, batch=16, gamma=0.5):
    torch.manual_seed(5)
    env = MemoryTask(batch)
    model = ActorCritic()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3, alpha=0.99, eps=1e-5)
    h = torch.zeros(batch, 32)
    obs = env.observe()
    avg = 0.0
    for upd in range(updates):
        h = h.detach()  # truncate the graph at the rollout boundary
        log_probs, values, rewards, entropies = [], [], [], []
        for _ in range(rollout):
            logits, v, h = model(obs, h)
            probs = F.softmax(logits, -1)
            logp = F.log_softmax(logits, -1)
            action = probs.multinomial(1).squeeze(1).detach()
            entropies.append(-(logp * probs).sum(-1))
            log_probs.append(logp.gather(1, action[:, None]).squeeze(1))
            values.append(v)
            rewards.append(env.reward(action))
            obs = env.observe()

        with torch.no_grad():
            _, R, _ = model(obs, h)
        policy_loss, value_loss = 0.0, 0.0
        for t in reversed(range(rollout)):
            R = rewards[t] + gamma * R
            advantage = R - values[t]
            value_loss = value_loss + 0.5 * advantage.pow(2).mean()
            policy_loss = policy_loss - (log_probs[t] * advantage.detach()).mean() - 0.01 * entropies[t].mean()

        optimizer.zero_grad()
        (policy_loss + 0.5 * value_loss).backward()
        grad_norm = nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()

        avg = torch.stack(rewards).mean().item() if upd == 0 else 0.9 * avg + 0.1 * torch.stack(rewards).mean().item()
        if upd % 10 == 9:
            print(f"update {upd + 1}: reward {avg:.3f} |g| {grad_norm.item():.3f}")
    return model


if __name__ == "__main__":
    run()
